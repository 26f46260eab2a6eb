//! The traits the host's functions need, and the contract suite every adapter passes.
