"""The shape of what people type about an appeal."""
