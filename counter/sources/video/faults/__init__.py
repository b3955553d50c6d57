"""What can be wrong with a camera's pictures, each judged by itself from a few numbers of them."""
