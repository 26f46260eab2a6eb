//! Walking through all galleries of the host, studio by studio.

use domain::gallery::{Gallery, GalleryState};
use ports::{PortResult, Ports};

const PAGE: u32 = 100;

/// Every gallery in a state. Meant for states that few are in.
pub(crate) async fn galleries_in(state: GalleryState, ports: &Ports) -> PortResult<Vec<Gallery>> {
    let mut found = Vec::new();
    let mut studios_cursor = None;
    loop {
        let studios = ports.directory.studios(studios_cursor.as_deref(), PAGE).await?;
        for studio in studios.items {
            let mut cursor = None;
            loop {
                let page = ports.galleries.galleries(studio.id, cursor.as_deref(), PAGE).await?;
                found.extend(page.items.into_iter().filter(|g| g.state == state));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
        studios_cursor = studios.next;
        if studios_cursor.is_none() {
            return Ok(found);
        }
    }
}
