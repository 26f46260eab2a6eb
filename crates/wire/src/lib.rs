//! What crosses a process boundary: requests, events, manifests.
