"""What people write: the commands of the schema `writing`, and the models of their fields."""
