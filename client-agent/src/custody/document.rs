//! Everything the chain of an order's prints hangs on, in one document that needs neither host nor catalog:
//! signed manifests, signed reports of the labs, and the keys they are held to.

use domain::{
    id::{LabId, OrderId, StudioId},
    studio::PublicKey,
};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use wire::{manifest::ManifestEnvelope, signed::Signed};

use crate::{
    AgentError,
    host::account::Account,
    labs::pinned,
    orders::journal::{jobs, parts},
};

pub const VERSION: u32 = 1;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Document {
    /// 1.
    pub custody: u32,
    pub order: OrderId,
    pub number: String,
    pub studio: StudioId,
    pub studio_name: String,
    /// Certifies the computers that signed the manifests.
    pub studio_key: PublicKey,
    pub labs: Vec<Lab>,
    /// What this computer promised, byte for byte as it was signed.
    pub parts: Vec<ManifestEnvelope>,
    /// What labs said of it.
    pub reports: Vec<Signed>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lab {
    pub lab: LabId,
    pub name: String,
    pub key: PublicKey,
}

impl Document {
    /// From the catalog alone. `None`: this computer has no such order.
    pub fn of(db: &Connection, account: &Account, order: OrderId) -> rusqlite::Result<Option<Self>> {
        let Some(job) = jobs::get(db, order)? else { return Ok(None) };
        let sealed = parts::of_order(db, order)?.into_iter().filter_map(|part| part.manifest);
        let parts: Result<Vec<ManifestEnvelope>, _> = sealed.map(|m| serde_json::from_slice(&m)).collect();
        let parts = parts.map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
        let labs = pinned::all(db)?;
        Ok(Some(Self {
            custody: VERSION,
            order,
            number: order.number(),
            studio: account.studio,
            studio_name: account.studio_name.clone(),
            studio_key: account.studio_key,
            labs: labs.into_iter().map(|l| Lab { lab: l.lab, name: l.name, key: l.key }).collect(),
            parts,
            reports: job.document.reports,
        }))
    }

    pub fn parse(bytes: &[u8]) -> Result<Self, AgentError> {
        let refused = |why: String| {
            AgentError::new("this is not a chain of custody that can be read")
                .why(why)
                .fix("ask for the file that `darkslide custody ORDER --export FILE` wrote, whole")
        };
        let document: Self = serde_json::from_slice(bytes).map_err(|e| refused(e.to_string()))?;
        if document.custody != VERSION {
            return Err(refused(format!(
                "it has version {}, and this program reads {VERSION}",
                document.custody
            )));
        }
        Ok(document)
    }
}
