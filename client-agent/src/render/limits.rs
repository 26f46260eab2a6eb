//! What a worker process may use, enforced by the kernel where there is one that can (Linux, macOS, BSD).
//! Elsewhere the limits of pixels and the wall clock of the pool hold alone.

/// Code, threads' stacks and the file itself, besides the pixels.
#[cfg(unix)]
const BESIDES_PIXELS: u64 = 1 << 30;

#[cfg(unix)]
pub fn apply(memory_mib: u64) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limit = |resource, value: u64| {
        let rlimit = Rlimit { current: Some(value), maximum: Some(value) };
        if let Err(e) = setrlimit(resource, rlimit) {
            tracing::warn!("a worker's limit could not be set: {e}");
        }
    };
    limit(Resource::As, memory_mib.saturating_mul(1 << 20).saturating_add(BESIDES_PIXELS));
    limit(Resource::Core, 0);
    // It writes to its pipe and to no file.
    limit(Resource::Fsize, 0);
}

#[cfg(unix)]
pub fn allow_seconds(seconds: u64) {
    use rustix::{
        process::{Resource, Rlimit, getrlimit, setrlimit},
        time::{ClockId, clock_gettime},
    };
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec;
    let until = u64::try_from(used).unwrap_or(0).saturating_add(seconds).saturating_add(1);
    let maximum = getrlimit(Resource::Cpu).maximum;
    let _ = setrlimit(Resource::Cpu, Rlimit { current: Some(until), maximum });
}

#[cfg(not(unix))]
pub fn apply(_memory_mib: u64) {}

#[cfg(not(unix))]
pub fn allow_seconds(_seconds: u64) {}
