//! Every key of the single table, and who asks for it. No access needs a Scan.
//!
//! `pk` and `sk` are text. A partition holds one kind of thing (but for `ORDER#`, which is one order), so
//! that a listing is one Query. Times are 19 digits of milliseconds, so that text sorts as time does.
//!
//! | pk                    | sk                          | item                                  | asked by |
//! |-----------------------|-----------------------------|---------------------------------------|----------|
//! | `STUDIO#s`            | `STUDIO`                    | studio; gsi1 `STUDIOS`                | GetItem; all by gsi1 |
//! | `STUDIO#s#MACHINES`   | machine                     | pointer                               | Query, then BatchGet |
//! | `STUDIO#s#GALLERIES`  | gallery                     | pointer                               | Query, then BatchGet |
//! | `STUDIO#s#ORDERS`     | placed at `#` order         | pointer                               | Query backwards, then BatchGet |
//! | `STUDIO#s#PAIRINGS`   | lab                         | pairing                               | GetItem, Query |
//! | `STUDIO#s#PRICES`     | list `#` version            | price list                            | GetItem |
//! | `STUDIO#s#PREPAID`    | code hash                   | prepaid code: worth, the order that redeemed it | GetItem, Query; condition of an order |
//! | `STUDIO#s#PAYMENT`    | `PAYMENT`                   | how the studio is paid online, keys sealed | GetItem |
//! | `PRICES#l#USES`       | discount code               | counter of uses                       | GetItem; condition of an order |
//! | `MACHINE#m`           | `MACHINE`                   | machine                               | GetItem |
//! | `MACHINE#m#JOBS`      | created at `#` order        | pointer to a job that is not done     | Query, then BatchGet |
//! | `LAB#l`               | `LAB`                       | lab; gsi1 `LABS`                      | GetItem; all by gsi1 |
//! | `LAB#l`               | `LEASE`                     | lease                                 | GetItem; condition of a claim |
//! | `LAB#l#PAIRINGS`      | studio                      | pointer                               | Query, then BatchGet |
//! | `LAB#l#DELIVERIES`    | created at `#` order `#` attempt | pointer to a delivery that is not finished | Query, then BatchGet |
//! | `TOKEN#hash`          | `TOKEN`                     | enrolment token                       | GetItem |
//! | `GALLERY#g`           | `GALLERY`                   | gallery; open with an end: gsi1 `EXPIRING`, end `#` gallery | GetItem; expired by gsi1 |
//! | `GALLERY#g`           | `GENERATION`                | counter, one update per batch         | GetItem: whether kept counts hold |
//! | `GALLERY#g#CODES`     | code                        | pointer: hash                         | GetItem |
//! | `GALLERY#g#SUBJECTS`  | subject                     | person on the roster                  | Query, BatchGet |
//! | `CODE#hash`           | `CODE`                      | what the code opens                   | GetItem |
//! | `P#g`                 | photo                       | photo with its micro preview, or a tombstone; shown: gsi2 `P#g`, sort key | GetItem, BatchGet; in order by gsi2 |
//! | `M#g#subject`         | sort key                    | membership: photo                     | Query, then BatchGet |
//! | `F#g`                 | photo                       | facets: section, keywords, subjects   | Query, BatchGet |
//! | `COUNTS#g`            | `ALL`                       | what the whole gallery counts, by generation: written once per batch | GetItem |
//! | `BATCH#b`             | `OUTCOME`                   | outcome of a batch                    | GetItem |
//! | `VISITOR#v#g`         | photo                       | favourite                             | Query |
//! | `CART#v#g`            | `CART`                      | cart                                  | GetItem |
//! | `KEPT#v#g`            | name                        | document a visitor keeps              | GetItem |
//! | `HANDED#g`            | kind `#` key                | handed in to the studio               | Query |
//! | `ORDER#o`             | `GUARD`                     | counter: every change of the order's items raises it; what it was placed with | GetItem; condition |
//! | `ORDER#o`             | `ORDER`, `LINES#n`          | order as compressed JSON, in pieces of ≤ 300 kB | GetItem, Query |
//! | `ORDER#o`             | `JOB#machine`               | job; not acknowledged: gsi1 `UNACKNOWLEDGED` | GetItem, Query |
//! | `ORDER#o`             | `PART#lab#attempt#machine`  | a machine's manifest is there         | Query |
//! | `ORDER#o`             | `DELIVERY#lab#attempt`      | delivery; not acknowledged: gsi1 `UNACKNOWLEDGED` | GetItem, Query |
//! | `ORDER#o`             | `AGAIN#lab#attempt`         | a damaged attempt that was asked for again | Query |
//! | `CLAIMS#o`            | line `#` attempt            | claim to print                        | GetItem |
//! | `REPORTS#o`           | lab `#` report              | a lab's signed report                 | Query |
//! | `SECRET#hash`         | `SECRET`                    | pointer: order                        | GetItem |
//! | `KEY#key`             | `KEY`                       | idempotency key: order, digest        | GetItem |
//! | `OUTBOX`              | at `#` random               | event; the stream is filtered to it   | Query |
//! | `MAIL#id`             | `MAIL`                      | a mail; not over: gsi1 `MAILS`, due at `#` id; given up: gsi1 `GIVEN_UP` | GetItem; both by gsi1 |
//! | `STUDIO#s`            | `MAIL`                      | how the studio wants its mails        | GetItem |
//! | `GUESSES#source hash` | `GUESSES`                   | wrong guesses; `ttl`                  | UpdateItem |
//!
//! `gsi1` is sparse and holds what timers and operators list; its readers stand a moment's delay. `gsi2` holds
//! the photos that are shown, in their order. What decides something is read consistently from the table.

use domain::{
    Millis,
    access::code::CodeHash,
    id::{
        BatchId, CodeId, GalleryId, LabId, MachineId, OrderId, PhotoId, PriceListId, StudioId, SubjectId,
        VisitorId,
    },
};

pub(crate) const GSI1: &str = "gsi1";
pub(crate) const GSI2: &str = "gsi2";

pub(crate) const STUDIOS: &str = "STUDIOS";
pub(crate) const LABS: &str = "LABS";
pub(crate) const EXPIRING: &str = "EXPIRING";
pub(crate) const UNACKNOWLEDGED: &str = "UNACKNOWLEDGED";
pub(crate) const MAILS: &str = "MAILS";
pub(crate) const MAILS_GIVEN_UP: &str = "GIVEN_UP";
pub(crate) const OUTBOX: &str = "OUTBOX";

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub pk: String,
    pub sk: String,
}

impl Key {
    pub(crate) fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }
}

/// Text that sorts as the time does.
pub(crate) fn time(at: Millis) -> String {
    format!("{:019}", at.0.max(0))
}

pub(crate) fn studio(id: StudioId) -> Key {
    Key::new(format!("STUDIO#{id}"), "STUDIO")
}
pub(crate) fn machines_of(studio: StudioId) -> String {
    format!("STUDIO#{studio}#MACHINES")
}
pub(crate) fn galleries_of(studio: StudioId) -> String {
    format!("STUDIO#{studio}#GALLERIES")
}
pub(crate) fn orders_of(studio: StudioId) -> String {
    format!("STUDIO#{studio}#ORDERS")
}
pub(crate) fn order_in_studio(studio: StudioId, placed_at: Millis, order: OrderId) -> Key {
    Key::new(orders_of(studio), format!("{}#{order}", time(placed_at)))
}
pub(crate) fn pairings_of_studio(studio: StudioId) -> String {
    format!("STUDIO#{studio}#PAIRINGS")
}
pub(crate) fn pairing(studio: StudioId, lab: LabId) -> Key {
    Key::new(pairings_of_studio(studio), lab.to_string())
}
pub(crate) fn price_list(studio: StudioId, list: PriceListId, version: u32) -> Key {
    Key::new(format!("STUDIO#{studio}#PRICES"), format!("{list}#{version:010}"))
}

pub(crate) fn prepaid_of(studio: StudioId) -> String {
    format!("STUDIO#{studio}#PREPAID")
}
pub(crate) fn prepaid(studio: StudioId, code_hash: &str) -> Key {
    Key::new(prepaid_of(studio), code_hash)
}
pub(crate) fn provider(studio: StudioId) -> Key {
    Key::new(format!("STUDIO#{studio}#PAYMENT"), "PAYMENT")
}
pub(crate) fn code_uses(list: PriceListId, code: &str) -> Key {
    Key::new(format!("PRICES#{list}#USES"), code)
}

pub(crate) fn machine(id: MachineId) -> Key {
    Key::new(format!("MACHINE#{id}"), "MACHINE")
}
pub(crate) fn open_jobs_of(machine: MachineId) -> String {
    format!("MACHINE#{machine}#JOBS")
}
pub(crate) fn open_job(machine: MachineId, created_at: Millis, order: OrderId) -> Key {
    Key::new(open_jobs_of(machine), format!("{}#{order}", time(created_at)))
}

pub(crate) fn lab(id: LabId) -> Key {
    Key::new(format!("LAB#{id}"), "LAB")
}
pub(crate) fn lease(lab: LabId) -> Key {
    Key::new(format!("LAB#{lab}"), "LEASE")
}
pub(crate) fn pairings_of_lab(lab: LabId) -> String {
    format!("LAB#{lab}#PAIRINGS")
}
pub(crate) fn open_deliveries_of(lab: LabId) -> String {
    format!("LAB#{lab}#DELIVERIES")
}
pub(crate) fn open_delivery(lab: LabId, created_at: Millis, order: OrderId, attempt: u32) -> Key {
    Key::new(open_deliveries_of(lab), format!("{}#{order}#{attempt:010}", time(created_at)))
}

pub(crate) fn token(hash: &str) -> Key {
    Key::new(format!("TOKEN#{hash}"), "TOKEN")
}

pub(crate) fn gallery(id: GalleryId) -> Key {
    Key::new(format!("GALLERY#{id}"), "GALLERY")
}
pub(crate) fn generation(gallery: GalleryId) -> Key {
    Key::new(format!("GALLERY#{gallery}"), "GENERATION")
}
pub(crate) fn code_of_gallery(gallery: GalleryId, code: CodeId) -> Key {
    Key::new(format!("GALLERY#{gallery}#CODES"), code.to_string())
}
pub(crate) fn subjects_of(gallery: GalleryId) -> String {
    format!("GALLERY#{gallery}#SUBJECTS")
}
pub(crate) fn subject(gallery: GalleryId, subject: SubjectId) -> Key {
    Key::new(subjects_of(gallery), subject.to_string())
}
pub(crate) fn code(hash: &CodeHash) -> Key {
    Key::new(format!("CODE#{}", hash.hex()), "CODE")
}

pub(crate) fn photos_of(gallery: GalleryId) -> String {
    format!("P#{gallery}")
}
pub(crate) fn photo(gallery: GalleryId, photo: PhotoId) -> Key {
    Key::new(photos_of(gallery), photo.to_string())
}
pub(crate) fn members_of(gallery: GalleryId, subject: SubjectId) -> String {
    format!("M#{gallery}#{subject}")
}
pub(crate) fn facets_of(gallery: GalleryId) -> String {
    format!("F#{gallery}")
}
pub(crate) fn facets(gallery: GalleryId, photo: PhotoId) -> Key {
    Key::new(facets_of(gallery), photo.to_string())
}
pub(crate) fn counts(gallery: GalleryId) -> Key {
    Key::new(format!("COUNTS#{gallery}"), "ALL")
}
pub(crate) fn outcome(batch: BatchId) -> Key {
    Key::new(format!("BATCH#{batch}"), "OUTCOME")
}

pub(crate) fn favourites_of(visitor: VisitorId, gallery: GalleryId) -> String {
    format!("VISITOR#{visitor}#{gallery}")
}
pub(crate) fn cart(visitor: VisitorId, gallery: GalleryId) -> Key {
    Key::new(format!("CART#{visitor}#{gallery}"), "CART")
}

pub(crate) fn kept(visitor: VisitorId, gallery: GalleryId, name: &str) -> Key {
    Key::new(format!("KEPT#{visitor}#{gallery}"), name)
}
pub(crate) fn handed_in_to(gallery: GalleryId) -> String {
    format!("HANDED#{gallery}")
}
pub(crate) fn handed_in(gallery: GalleryId, kind: &str, key: &str) -> Key {
    Key::new(handed_in_to(gallery), format!("{kind}#{key}"))
}

pub(crate) fn of_order(order: OrderId) -> String {
    format!("ORDER#{order}")
}
pub(crate) fn guard(order: OrderId) -> Key {
    Key::new(of_order(order), "GUARD")
}
pub(crate) fn order(id: OrderId) -> Key {
    Key::new(of_order(id), "ORDER")
}
pub(crate) const LINES: &str = "LINES#";
pub(crate) fn lines(order: OrderId, piece: usize) -> Key {
    Key::new(of_order(order), format!("{LINES}{piece:03}"))
}
pub(crate) const JOB: &str = "JOB#";
pub(crate) fn job(order: OrderId, machine: MachineId) -> Key {
    Key::new(of_order(order), format!("{JOB}{machine}"))
}
pub(crate) const PART: &str = "PART#";
pub(crate) fn part(order: OrderId, lab: LabId, attempt: u32, machine: MachineId) -> Key {
    Key::new(of_order(order), format!("{PART}{lab}#{attempt:010}#{machine}"))
}
pub(crate) const DELIVERY: &str = "DELIVERY#";
pub(crate) fn delivery(order: OrderId, lab: LabId, attempt: u32) -> Key {
    Key::new(of_order(order), format!("{DELIVERY}{lab}#{attempt:010}"))
}
pub(crate) const AGAIN: &str = "AGAIN#";
pub(crate) fn again(order: OrderId, lab: LabId, attempt: u32) -> Key {
    Key::new(of_order(order), format!("{AGAIN}{lab}#{attempt:010}"))
}
pub(crate) fn claim(order: OrderId, line: u32, attempt: u32) -> Key {
    Key::new(format!("CLAIMS#{order}"), format!("{line:010}#{attempt:010}"))
}
pub(crate) fn reports_of(order: OrderId) -> String {
    format!("REPORTS#{order}")
}
pub(crate) fn report(order: OrderId, lab: LabId, report: &str) -> Key {
    Key::new(reports_of(order), format!("{lab}#{report}"))
}
pub(crate) fn secret(hash: &str) -> Key {
    Key::new(format!("SECRET#{hash}"), "SECRET")
}
pub(crate) fn idempotency(key: &str) -> Key {
    Key::new(format!("KEY#{key}"), "KEY")
}
pub(crate) fn mail(id: &str) -> Key {
    Key::new(format!("MAIL#{id}"), "MAIL")
}
pub(crate) fn studio_mail(studio: StudioId) -> Key {
    Key::new(format!("STUDIO#{studio}"), "MAIL")
}
pub(crate) fn guesses(source_hash: &str) -> Key {
    Key::new(format!("GUESSES#{source_hash}"), "GUESSES")
}
