//! One command a file.

pub mod backup;
mod backup_manifest;
pub mod certificate;
pub mod check;
mod enrolment;
pub mod init;
pub mod lab;
pub mod mail;
pub mod openapi;
pub mod queue;
pub mod restore;
pub mod serve;
pub mod studio;
