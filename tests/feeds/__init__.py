"""Feeds through the pipeline: files of several documents, mappings, repetitions; on both engines."""
