"""Sources and sinks: one package per format or partner, each knowing only the model, the ports and the formats."""
