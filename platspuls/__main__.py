"""Run the command line as `python -m platspuls`."""

from platspuls.cli import main

if __name__ == "__main__":
    main()
