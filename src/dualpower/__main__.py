"""``python -m dualpower`` is the command ``dualpower``."""

from dualpower.cli import main

if __name__ == "__main__":
    main()
