"""What an evaluator works out from the numbers: plain functions of numbers, without a database or a network."""
