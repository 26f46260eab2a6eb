//! Places where tests let the receiver die, to see what a crash leaves behind. Not in release builds.

/// Ends the process at once, as a power cut would, when `DARKSLIDE_LAB_CRASH_AT` names this place.
pub fn point(_place: &str) {
    #[cfg(debug_assertions)]
    if std::env::var("DARKSLIDE_LAB_CRASH_AT").is_ok_and(|at| at == _place) {
        std::process::abort();
    }
}
