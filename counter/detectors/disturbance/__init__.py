"""What stands out in a picture from straight above without being people: light, things, and a camera that sways."""
