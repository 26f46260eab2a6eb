//! What every HTTP function does at its edge: refusals, the gallery cookie, the caller's address.

pub mod body;
pub mod caller;
pub mod common_start;
pub mod guesses;
pub mod refusal;
pub mod visitor;

pub use body::Json;
pub use caller::CallerAddress;
pub use common_start::CommonStart;
pub use refusal::{Answer, Refusal};
pub use visitor::{VisitorSession, clear_cookie, set_cookie};
