//! How agents and labs poll their queue.
