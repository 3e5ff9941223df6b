"""The store: tables, guards, one module of queries per noun, migrations. SQLite and PostgreSQL alike."""
