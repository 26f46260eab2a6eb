//! Every path of the three APIs, as axum writes them, so that client and server cannot disagree.
//!
//! Who may call: `studio/…` a bearer session of a machine, `lab/…` one of a lab, `gallery/…` the gallery
//! cookie, `order/…` the gallery cookie or the order's secret. `enrol` takes a one-time token instead.

// --- studio-api: agents -----------------------------------------------------------------------
/// POST EnrolMachine → MachineEnrolled
pub const STUDIO_ENROL: &str = "/api/studio/enrol";
/// POST InspectToken → TokenInfo (which studio, and its sealed key if it has one)
pub const STUDIO_TOKEN: &str = "/api/studio/token";
/// POST OpenSession → Session
pub const STUDIO_SESSION: &str = "/api/studio/session";
/// POST Invite → Invited (a token for one more machine of this studio)
pub const STUDIO_INVITE: &str = "/api/studio/invite";
/// GET → Account (studio, this machine, the other machines)
pub const STUDIO_ACCOUNT: &str = "/api/studio/account";
/// GET → Page<GalleryInfo>
pub const STUDIO_GALLERIES: &str = "/api/studio/galleries";
/// GET → GalleryInfo; PUT PutGallery → GalleryInfo
pub const STUDIO_GALLERY: &str = "/api/studio/galleries/{gallery}";
/// PUT PutSubjects → 204
pub const STUDIO_SUBJECTS: &str = "/api/studio/galleries/{gallery}/subjects";
/// PUT PutCode → 204; DELETE → 204
pub const STUDIO_CODE: &str = "/api/studio/galleries/{gallery}/codes/{code}";
/// PUT PutLogo → Logo
pub const STUDIO_LOGO: &str = "/api/studio/galleries/{gallery}/logo";
/// GET ?cursor → Page<SubmittedList>
pub const STUDIO_LISTS: &str = "/api/studio/galleries/{gallery}/lists";
/// GET ?cursor → Page<Waiting>: who wants to be told when a draft is ready
pub const STUDIO_WAITING: &str = "/api/studio/galleries/{gallery}/waiting";
/// POST AskGrants → Grants
pub const STUDIO_GRANTS: &str = "/api/studio/galleries/{gallery}/grants";
/// POST AskBatchGrant → Grant
pub const STUDIO_BATCH_GRANT: &str = "/api/studio/galleries/{gallery}/batches/{batch}/grant";
/// GET → BatchOutcome
pub const STUDIO_BATCH: &str = "/api/studio/galleries/{gallery}/batches/{batch}";
/// GET ?cursor → Page<Holding>: what the host shows of a gallery, for comparing after a restore
pub const STUDIO_HOLDINGS: &str = "/api/studio/galleries/{gallery}/holdings";
/// PUT PriceListDocument → 204
pub const STUDIO_PRICE_LIST: &str = "/api/studio/price-lists/{list}/{version}";
/// GET → StudioMail or null; PUT StudioMail → 204; DELETE → 204: how the studio wants its mails
pub const STUDIO_MAIL: &str = "/api/studio/mail";
/// GET → PaymentInfo
pub const STUDIO_PAYMENT: &str = "/api/studio/payment";
/// PUT PutStripe → PaymentInfo; DELETE → 204
pub const STUDIO_STRIPE: &str = "/api/studio/payment/stripe";
/// GET ?cursor → Page<PrepaidInfo>; POST PutPrepaid → PrepaidInfo
pub const STUDIO_PREPAID: &str = "/api/studio/payment/codes";
/// GET ?cursor → Page<OrderSummary>
pub const STUDIO_ORDERS: &str = "/api/studio/orders";
/// GET → StudioOrder; PUT BringBack → StudioOrder, after a restore that lost it
pub const STUDIO_ORDER: &str = "/api/studio/orders/{order}";
/// POST Approve → StudioOrder
pub const STUDIO_APPROVE: &str = "/api/studio/orders/{order}/approve";
/// POST Cancel → StudioOrder
pub const STUDIO_CANCEL: &str = "/api/studio/orders/{order}/cancel";
/// POST {} → StudioOrder
pub const STUDIO_MARK_PAID: &str = "/api/studio/orders/{order}/mark-paid";
/// POST AdjustOrder → StudioOrder: crops, pictures, split and merged lines, before the approval
pub const STUDIO_ADJUST: &str = "/api/studio/orders/{order}/adjust";
/// POST HoldOrder → StudioOrder
pub const STUDIO_HOLD: &str = "/api/studio/orders/{order}/hold";
/// POST NoteRefund → StudioOrder
pub const STUDIO_REFUND_NOTE: &str = "/api/studio/orders/{order}/refund-note";
/// POST RemakeLines → StudioOrder
pub const STUDIO_REMAKE: &str = "/api/studio/orders/{order}/remake";
/// POST Reorder → Reordered: what it costs today, and with that total the order
pub const STUDIO_REORDER: &str = "/api/studio/orders/{order}/reorder";
/// GET ?cursor → Page<JobInfo>: this machine's jobs that are not done (the truth behind the doorbell)
pub const STUDIO_JOBS: &str = "/api/studio/jobs";
/// POST {} → 204: the job is on this machine's disk
pub const STUDIO_JOB_ACK: &str = "/api/studio/jobs/{order}/ack";
/// POST JobProgress → 204: stages and what it waits for
pub const STUDIO_JOB_PROGRESS: &str = "/api/studio/jobs/{order}/progress";
/// POST AskRelayGrants → Grants
pub const STUDIO_RELAY_GRANTS: &str = "/api/studio/jobs/{order}/relay";
/// POST AskRelayParts → RelayParts: the next step of sending a file that is larger than one upload may be
pub const STUDIO_RELAY_PARTS: &str = "/api/studio/jobs/{order}/relay/parts";
/// POST AskDigitalParts → RelayParts: the next step of sending a file that was sold
pub const STUDIO_DIGITAL_PARTS: &str = "/api/studio/jobs/{order}/digital/parts";
/// GET ?cursor → Page<DigitalPicture>: this machine's pictures of a line that is a whole gallery
pub const STUDIO_DIGITAL_PICTURES: &str = "/api/studio/jobs/{order}/digital/{line}/pictures";
/// POST DigitalReady → 204: all of this machine's files of a line are at the host
pub const STUDIO_DIGITAL_READY: &str = "/api/studio/jobs/{order}/digital/ready";
/// GET ?wait → Vec<QueueMessage>; only on hosts whose QueueAccess is Http
pub const STUDIO_QUEUE: &str = "/api/studio/queue";
/// POST QueueReceipts → 204
pub const STUDIO_QUEUE_DELETE: &str = "/api/studio/queue/delete";
/// POST ExtendVisibility → 204
pub const STUDIO_QUEUE_EXTEND: &str = "/api/studio/queue/extend";
/// GET → QueueAccess
pub const STUDIO_QUEUE_ACCESS: &str = "/api/studio/queue/access";
/// GET → Vec<LabInfo>: the labs of this host and whether this studio is paired
pub const STUDIO_LABS: &str = "/api/studio/labs";
/// POST AskPairing → LabInfo
pub const STUDIO_LAB_PAIR: &str = "/api/studio/labs/{lab}/pair";
/// POST AdoptGallery → Adopted
pub const STUDIO_ADOPT: &str = "/api/studio/galleries/{gallery}/adopt";

// --- studio-api: labs -------------------------------------------------------------------------
/// POST EnrolLab → LabEnrolled
pub const LAB_ENROL: &str = "/api/lab/enrol";
/// POST OpenSession → Session
pub const LAB_SESSION: &str = "/api/lab/session";
/// GET → Vec<PairingInfo>
pub const LAB_PAIRINGS: &str = "/api/lab/pairings";
/// POST AnswerPairing → 204
pub const LAB_PAIRING: &str = "/api/lab/pairings/{studio}";
/// GET ?cursor → Page<DeliveryInfo>: unfinished deliveries
pub const LAB_DELIVERIES: &str = "/api/lab/deliveries";
/// GET → DeliveryFiles: manifests and addresses to download from
pub const LAB_DELIVERY: &str = "/api/lab/deliveries/{order}/{attempt}";
/// POST {} → 204
pub const LAB_DELIVERY_ACK: &str = "/api/lab/deliveries/{order}/{attempt}/ack";
/// POST AskAgain → 204: something was damaged; the agents send a new attempt
pub const LAB_DELIVERY_AGAIN: &str = "/api/lab/deliveries/{order}/{attempt}/again";
/// POST TakeLease → LeaseInfo
pub const LAB_LEASE: &str = "/api/lab/lease";
/// POST ClaimPrint → ClaimAnswer
pub const LAB_CLAIM: &str = "/api/lab/claims";
/// POST Signed<LabReport> → 204
pub const LAB_REPORTS: &str = "/api/lab/reports";
pub const LAB_QUEUE: &str = "/api/lab/queue";
pub const LAB_QUEUE_DELETE: &str = "/api/lab/queue/delete";
pub const LAB_QUEUE_EXTEND: &str = "/api/lab/queue/extend";
pub const LAB_QUEUE_ACCESS: &str = "/api/lab/queue/access";

// --- gallery-api: customers -------------------------------------------------------------------
/// POST OpenGallery → Opened (sets the cookie)
pub const GALLERY_OPEN: &str = "/api/gallery/open";
/// GET → Opened (also renews the cookie); DELETE → 204 (forget this device)
pub const GALLERY_SESSION: &str = "/api/gallery/session";
/// POST OpenLink → Opened (sets the cookie of the link's visitor)
pub const GALLERY_OPEN_LINK: &str = "/api/gallery/open-link";
/// POST AskToBeTold → 204, for a gallery that is not ready yet
pub const GALLERY_WAITING: &str = "/api/gallery/waiting";
/// GET → GalleryView
pub const GALLERY: &str = "/api/gallery/{gallery}";
/// GET ?known → News, or 204 when nothing is new; on a host of one process it waits for something new
pub const GALLERY_NEWS: &str = "/api/gallery/{gallery}/news";
/// GET ?cursor&limit&q&keyword&section&subject&day&list&favourites → PhotoListing
pub const GALLERY_PHOTOS: &str = "/api/gallery/{gallery}/photos";
/// GET → PhotoView
pub const GALLERY_PHOTO: &str = "/api/gallery/{gallery}/photos/{photo}";
/// PUT → 204; DELETE → 204
pub const GALLERY_FAVOURITE: &str = "/api/gallery/{gallery}/favourites/{photo}";
/// GET → Products
pub const GALLERY_PRODUCTS: &str = "/api/gallery/{gallery}/products";
/// GET → the studio's logo, PNG or JPEG
pub const GALLERY_LOGO: &str = "/api/gallery/{gallery}/logo/{sha256}";
/// POST {} → DeviceLink, to go on with elsewhere
pub const GALLERY_LINK: &str = "/api/gallery/{gallery}/link";
/// GET → FavouriteLists; PUT PutFavouriteLists → FavouriteLists
pub const GALLERY_LISTS: &str = "/api/gallery/{gallery}/lists";
/// POST SubmitList → FavouriteLists
pub const GALLERY_LIST_SUBMIT: &str = "/api/gallery/{gallery}/lists/{list}/submit";
/// GET → Cart; PUT PutCart → Cart
pub const GALLERY_CART: &str = "/api/gallery/{gallery}/cart";
/// GET ?t=token: a thumbnail or proof, for holders of the cookie
pub const IMAGE: &str = "/img/{gallery}/{name}";

// --- order-api: customers ---------------------------------------------------------------------
/// POST AskQuote → QuoteView
pub const ORDER_QUOTE: &str = "/api/order/{gallery}/quote";
/// POST PlaceOrder, header `idempotency-key` → OrderPlaced
pub const ORDER_PLACE: &str = "/api/order/{gallery}/place";
/// POST FindOrders → 204: her links by e-mail, to a customer who lost them
pub const ORDER_FIND: &str = "/api/order/find";
/// GET → OrderView, by the secret of the status link
pub const ORDER_STATUS: &str = "/api/order/status/{secret}";
/// POST {} → OrderView
pub const ORDER_CANCEL: &str = "/api/order/status/{secret}/cancel";
/// POST {} → OrderView: files whose time is over are wanted once more
pub const ORDER_FILES: &str = "/api/order/status/{secret}/files";

/// POST {} → PayAt
pub const ORDER_PAY: &str = "/api/order/status/{secret}/pay";
/// POST: what Stripe says of a studio's payments, signed by Stripe
pub const ORDER_STRIPE: &str = "/api/order/stripe/{studio}";

/// The caller's key for a request that must happen once; kept for good.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// On every answer to agents and labs: `domain::epoch::Epoch` of the host's records.
pub const EPOCH: &str = "darkslide-epoch";

/// Fills `{name}` segments in order.
pub fn fill(route: &str, values: &[&dyn std::fmt::Display]) -> String {
    let mut values = values.iter();
    let segments = route.split('/').map(|segment| {
        if segment.starts_with('{') {
            values.next().map(|v| v.to_string()).unwrap_or_default()
        } else {
            segment.to_owned()
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    #[test]
    fn fills_segments_in_order() {
        assert_eq!(super::fill(super::LAB_DELIVERY, &[&"ord_x", &2]), "/api/lab/deliveries/ord_x/2");
    }
}
