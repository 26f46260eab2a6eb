//! Contract suite: filled by one module per port.
