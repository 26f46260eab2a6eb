//! The contract suite: what every adapter promises, as tests that run against each of them.
//!
//! An adapter's test crate says `ports::contract_tests!(crate::host);` where `host` is an async function
//! that returns a fresh [`Host`] (or an `Option` of one, where the store may not be there). Every test of the list below becomes a `#[tokio::test]` there, so the
//! runner prints by name what ran. Ids are new in every test: a store may be shared between them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "the suite is tests: a failure is to be loud")]

pub mod blobs;
pub mod claims;
pub mod deliveries;
pub mod directory;
pub mod edge_cache;
pub mod gallery_book;
pub mod grants;
pub mod guess_limiter;
pub mod jobs;
pub mod mails;
pub mod orders;
pub mod outbox;
pub mod payment_book;
pub mod photo_index;
pub mod photo_scope;
pub mod price_book;
pub mod queues;
pub mod sample;
pub mod visitors;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;

use crate::{Ports, blobs::SignedRequest, clock::TestClock};

/// How a holder of a grant uses it: over HTTP, or against the adapter's own handler.
#[async_trait]
pub trait Holder: Send + Sync {
    /// The status of a PUT of these bytes with exactly these headers.
    async fn put(&self, request: &SignedRequest, body: Bytes) -> u16;
    /// Status and body of a GET.
    async fn get(&self, request: &SignedRequest) -> (u16, Bytes);
}

pub struct Host {
    pub ports: Ports,
    /// The same as `ports.clock`.
    pub clock: Arc<TestClock>,
    pub holder: Arc<dyn Holder>,
    /// The store looks at a clock of its own (S3, SQS): time has to pass for it, too.
    pub own_clock: bool,
    /// Whatever has to live as long as the store, such as a temporary folder.
    pub keep: Box<dyn std::any::Any + Send + Sync>,
}

impl Host {
    pub fn now(&self) -> domain::Millis {
        self.ports.clock.now()
    }

    /// Lets time pass.
    pub async fn pass(&self, millis: i64) {
        self.clock.advance(millis);
        if self.own_clock {
            tokio::time::sleep(Duration::from_millis(millis.unsigned_abs())).await;
        }
    }
}

/// Makes a `#[tokio::test]` of every test of the contract.
#[macro_export]
macro_rules! contract_tests {
    ($factory:path) => {
        $crate::contract_tests! { @list $factory;
            blobs {
                the_first_bytes_under_a_key_stay
                only_one_of_many_writers_stores
                deleting_is_repeatable
                listings_page_by_prefix
            }
            claims {
                copies_are_given_away_once
                a_repeated_claim_is_no_other_one
                of_many_receivers_one_prints
                an_old_fence_prints_nothing
                a_cancelled_order_is_not_printed
                a_new_attempt_is_a_new_claim
            }
            deliveries {
                the_last_part_makes_the_delivery
                a_part_twice_changes_nothing
                racing_parts_make_one_delivery
                parts_nobody_expects_are_named
                each_lab_waits_for_its_own_parts
                the_list_of_a_lab_shrinks
                damaged_files_come_again_once
                an_attempt_that_never_came_cannot_be_asked_for_again
                a_gap_stays_one_when_files_come_again
            }
            directory {
                a_studio_has_one_key
                an_operators_older_copy_keeps_the_key
                studios_page_without_gaps
                a_token_lets_one_in
                an_expired_token_lets_nobody_in
                a_machine_keeps_key_and_studio
                a_lab_has_one_key
                an_answer_to_a_pairing_stands
                one_receiver_holds_the_lease
            }
            edge_cache {
                forgetting_is_repeatable
            }
            gallery_book {
                a_gallery_is_written_over_its_own_revision
                racing_writers_of_a_gallery_do_not_lose_each_other
                galleries_page_by_studio
                only_open_galleries_expire
                a_code_opens_one_gallery
                a_revoked_code_stays_revoked
                a_roster_grows_and_renames
            }
            grants {
                the_granted_bytes_are_stored_once
                other_bytes_are_refused
                more_or_fewer_bytes_are_refused
                another_type_is_refused
                another_key_is_refused
                a_late_upload_is_refused
                two_uploads_at_once_store_one
                a_download_gives_the_bytes_until_it_ends
                a_browser_saves_the_file_under_its_name
                an_upload_in_parts_goes_on_where_it_was
            }
            guess_limiter {
                mistyping_is_free_and_guessing_is_slow
                sources_do_not_slow_each_other
            }
            jobs {
                a_home_machine_gets_one_job
                open_jobs_page_without_gaps
                acknowledging_is_repeatable
                a_cancelled_job_ends_with_its_acknowledgement
                what_needs_no_lab_is_owed_until_it_is_delivered
                a_job_is_opened_again_when_files_are_wanted_again
                what_a_machine_waits_for_is_kept
                adopting_moves_open_jobs
                adopting_leaves_other_galleries_at_home
                a_machine_owes_nothing_when_all_it_has_is_printed
            }
            mails {
                a_mail_is_queued_once_for_good
                one_of_two_senders_takes_a_mail
                a_mail_that_failed_comes_later_with_its_reason
                what_was_given_up_is_listed_and_tried_again_by_hand
                how_a_studio_wants_its_mails_is_kept
            }
            orders {
                placing_again_is_the_same_order
                what_an_order_was_placed_with_places_it_again
                a_key_is_for_one_content
                racing_repeats_make_one_order
                orders_are_listed_newest_first
                adjusting_and_approving_compete
                a_remake_waits_for_its_own_machines_only
                approving_and_cancelling_compete
                reports_move_lines_forward
                a_report_is_kept_once
            }
            outbox {
                a_change_rings_with_its_commit
                a_refused_change_does_not_ring
                what_nobody_acknowledged_is_found_again
            }
            photo_index {
                what_is_published_is_read_back
                older_changes_are_stale
                a_withdrawal_stays
                a_batch_is_for_one_gallery
                a_batch_has_its_limit
                pages_have_no_gaps_and_no_repeats
                the_first_outcome_stays
                adopting_moves_the_home
                erasing_leaves_tombstones
                favourites_are_a_listing
                filters_and_search_find_what_they_say
                days_are_counted_and_found
                a_generation_is_another_after_each_change
            }
            photo_scope {
                a_scope_hides_everything_else
                siblings_see_both
                a_photo_that_lost_its_subject_is_gone
                another_childs_name_finds_nothing
                another_childs_filter_finds_nothing
                counts_are_of_the_scope
            }
            payment_book {
                a_prepaid_code_pays_for_one_order
                prepaid_codes_page_without_gaps
                a_discount_code_is_used_as_often_as_it_may_be
                a_provider_is_set_changed_and_taken_away
            }
            price_book {
                a_version_never_changes
            }
            queues {
                a_received_message_is_hidden_until_its_time
                a_deleted_message_does_not_come_back
                an_old_receipt_deletes_nothing
                extending_hides_longer
                a_waiting_receiver_wakes
                queues_do_not_mix
            }
            visitors {
                favourites_belong_to_one_visitor
                a_cart_is_written_over_its_own_revision
                documents_are_kept_apart_and_written_over_their_revision
                what_is_handed_in_is_listed_replaced_and_forgotten
            }
        }
    };
    (@list $factory:path; $($module:ident { $($test:ident)* })*) => {
        $(mod $module {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let made: Option<$crate::contract::Host> = $factory().await.into();
                // A store that is not there has said so; there is nothing to test.
                if let Some(host) = made {
                    $crate::contract::$module::$test(&host).await;
                }
            })*
        })*
    };
}

#[cfg(test)]
mod tests {
    /// A test that is not in the list would never run, and nobody would see it.
    #[test]
    fn every_test_is_listed() {
        let list = include_str!("mod.rs");
        let sources = [
            include_str!("blobs.rs"),
            include_str!("claims.rs"),
            include_str!("deliveries.rs"),
            include_str!("directory.rs"),
            include_str!("edge_cache.rs"),
            include_str!("gallery_book.rs"),
            include_str!("grants.rs"),
            include_str!("guess_limiter.rs"),
            include_str!("jobs.rs"),
            include_str!("mails.rs"),
            include_str!("orders.rs"),
            include_str!("outbox.rs"),
            include_str!("photo_index.rs"),
            include_str!("photo_scope.rs"),
            include_str!("price_book.rs"),
            include_str!("queues.rs"),
            include_str!("visitors.rs"),
        ];
        for source in sources {
            for test in source.lines().filter_map(|l| l.strip_prefix("pub async fn ")) {
                let name = test.split('(').next().unwrap();
                assert!(list.lines().any(|l| l.trim() == name), "{name} is not in contract_tests!");
            }
        }
    }
}
