"""Starting everything with one command: the database, the migrations, the worker, the web server."""
