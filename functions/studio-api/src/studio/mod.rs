//! The routes of photographers' agents.

mod ack_job;
mod adjust_order;
mod adopt_gallery;
mod answer_batch_outcome;
mod approve_order;
mod bring_back_order;
mod cancel_order;
mod delete_messages;
mod digital_ready;
mod enrol;
mod extend_message;
mod get_gallery;
mod get_order;
mod grant_batch;
mod grant_relay_files;
mod grant_renditions;
mod hold_order;
mod inspect_token;
mod invite;
mod list_digital_pictures;
mod list_galleries;
mod list_handed_in;
mod list_holdings;
mod list_jobs;
mod list_labs;
mod list_orders;
mod mail;
mod mark_paid;
mod note_refund;
mod open_session;
mod pair_lab;
mod payment;
mod poll_queue;
mod prepaid;
mod put_code;
mod put_gallery;
mod put_logo;
mod put_price_list;
mod put_subjects;
mod queue_access;
mod remake_lines;
mod reorder;
mod report_progress;
mod revoke_code;
mod send_digital;
mod send_in_parts;
mod show_account;

use axum::{
    Router,
    routing::{get, post, put},
};
use ports::Ports;
use wire::route;

pub fn routes() -> Router<Ports> {
    Router::new()
        .route(route::STUDIO_ENROL, post(enrol::handle))
        .route(route::STUDIO_TOKEN, post(inspect_token::handle))
        .route(route::STUDIO_SESSION, post(open_session::handle))
        .route(route::STUDIO_INVITE, post(invite::handle))
        .route(route::STUDIO_ACCOUNT, get(show_account::handle))
        .route(route::STUDIO_GALLERIES, get(list_galleries::handle))
        .route(route::STUDIO_GALLERY, get(get_gallery::handle).put(put_gallery::handle))
        .route(route::STUDIO_SUBJECTS, put(put_subjects::handle))
        .route(route::STUDIO_CODE, put(put_code::handle).delete(revoke_code::handle))
        .route(route::STUDIO_LOGO, put(put_logo::handle))
        .route(route::STUDIO_LISTS, get(list_handed_in::lists))
        .route(route::STUDIO_WAITING, get(list_handed_in::waiting))
        .route(route::STUDIO_MAIL, get(mail::show).put(mail::set).delete(mail::off))
        .route(route::STUDIO_GRANTS, post(grant_renditions::handle))
        .route(route::STUDIO_BATCH_GRANT, post(grant_batch::handle))
        .route(route::STUDIO_BATCH, get(answer_batch_outcome::handle))
        .route(route::STUDIO_HOLDINGS, get(list_holdings::handle))
        .route(route::STUDIO_PRICE_LIST, put(put_price_list::handle))
        .route(route::STUDIO_PAYMENT, get(payment::show))
        .route(route::STUDIO_STRIPE, put(payment::put_stripe).delete(payment::remove_stripe))
        .route(route::STUDIO_PREPAID, get(prepaid::list).post(prepaid::put))
        .route(route::STUDIO_ORDERS, get(list_orders::handle))
        .route(route::STUDIO_ORDER, get(get_order::handle).put(bring_back_order::handle))
        .route(route::STUDIO_APPROVE, post(approve_order::handle))
        .route(route::STUDIO_CANCEL, post(cancel_order::handle))
        .route(route::STUDIO_MARK_PAID, post(mark_paid::handle))
        .route(route::STUDIO_ADJUST, post(adjust_order::handle))
        .route(route::STUDIO_HOLD, post(hold_order::handle))
        .route(route::STUDIO_REFUND_NOTE, post(note_refund::handle))
        .route(route::STUDIO_REMAKE, post(remake_lines::handle))
        .route(route::STUDIO_REORDER, post(reorder::handle))
        .route(route::STUDIO_JOBS, get(list_jobs::handle))
        .route(route::STUDIO_JOB_ACK, post(ack_job::handle))
        .route(route::STUDIO_JOB_PROGRESS, post(report_progress::handle))
        .route(route::STUDIO_RELAY_GRANTS, post(grant_relay_files::handle))
        .route(route::STUDIO_RELAY_PARTS, post(send_in_parts::handle))
        .route(route::STUDIO_DIGITAL_PARTS, post(send_digital::handle))
        .route(route::STUDIO_DIGITAL_PICTURES, get(list_digital_pictures::handle))
        .route(route::STUDIO_DIGITAL_READY, post(digital_ready::handle))
        .route(route::STUDIO_QUEUE, get(poll_queue::handle))
        .route(route::STUDIO_QUEUE_DELETE, post(delete_messages::handle))
        .route(route::STUDIO_QUEUE_EXTEND, post(extend_message::handle))
        .route(route::STUDIO_QUEUE_ACCESS, get(queue_access::handle))
        .route(route::STUDIO_LABS, get(list_labs::handle))
        .route(route::STUDIO_LAB_PAIR, post(pair_lab::handle))
        .route(route::STUDIO_ADOPT, post(adopt_gallery::handle))
        .method_not_allowed_fallback(crate::wrong_method)
}
