//! The relay-lab-files function.
