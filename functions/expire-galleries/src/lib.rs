//! expire-galleries: the timer that ends things. Closes galleries whose time is over, erases what studios
//! asked to erase, removes print files that have served, and sweeps objects that no record names.
//!
//! Each step is safe to repeat and to interrupt: records change first, objects go after.

mod close;
mod erase;
mod studios;
mod sweep_batches;
mod sweep_digitals;
mod sweep_relay;
mod sweep_renditions;

use ports::{PortError, Ports};

/// What one run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepReport {
    pub galleries_closed: u64,
    pub photos_erased: u64,
    /// Objects of erased galleries.
    pub objects_erased: u64,
    /// Print files of deliveries that are over.
    pub relay_files_removed: u64,
    /// Sold files whose time is over, or of orders whose money went back.
    pub digitals_removed: u64,
    /// Renditions that no photo names.
    pub orphans_removed: u64,
    /// Batch records that were indexed more than 30 days ago.
    pub batch_records_removed: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("{step} did not finish; the next run goes on from there")]
pub struct SweepError {
    pub step: &'static str,
    #[source]
    pub source: PortError,
}

/// One run. Every step is tried, so that one failing store does not keep the others from being swept; the
/// first error is the answer.
pub async fn sweep(ports: &Ports) -> Result<SweepReport, SweepError> {
    let mut report = SweepReport::default();
    let mut first_error = None;
    let mut note = |step: &'static str, result: Result<(), PortError>| {
        if let Err(source) = result {
            tracing::error!(step, error = %source, "a step of the sweep failed");
            first_error.get_or_insert(SweepError { step, source });
        }
    };
    note("closing galleries", close::close_expired(ports, &mut report).await);
    note("erasing galleries", erase::erase(ports, &mut report).await);
    note("removing print files", sweep_relay::sweep_relay(ports, &mut report).await);
    note("removing sold files", sweep_digitals::sweep_digitals(ports, &mut report).await);
    note("sweeping renditions", sweep_renditions::sweep_renditions(ports, &mut report).await);
    note("sweeping batch records", sweep_batches::sweep_batches(ports, &mut report).await);
    tracing::info!(?report, "the timer swept");
    first_error.map_or(Ok(report), Err)
}
