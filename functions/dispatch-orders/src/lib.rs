//! The dispatch-orders function.
