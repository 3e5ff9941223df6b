"""Queues: RabbitMQ, the table of the embedded installation, and the in-memory twin, behind `hub.ports.Transport`."""
