"""Run the command line as `python -m platspuls`."""

from platspuls.cli.main import main

if __name__ == "__main__":
    main()
