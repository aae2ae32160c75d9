"""The command line: `uv run run.py` starts the service; `uv run run.py --help` lists the rest."""

from cli.main import main

if __name__ == "__main__":
    main()
