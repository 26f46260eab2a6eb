//! Studios this lab works for, with the keys pinned by pairing, and the codes that were handed out.

use anyhow::Result;
use domain::{id::StudioId, studio::PublicKey};
use rusqlite::{OptionalExtension, params};

use super::{Journal, now, parsed};

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StudioState {
    Paired,
    Refused,
    /// It asked, but with a proof that fits no valid code.
    Unproven,
}

impl StudioState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Paired => "paired",
            Self::Refused => "refused",
            Self::Unproven => "unproven",
        }
    }
}

#[derive(Clone, Debug, serde::Serialize)]
pub struct KnownStudio {
    pub studio: StudioId,
    pub name: String,
    pub key: PublicKey,
    pub state: StudioState,
    /// The host knows our answer.
    pub answered: bool,
}

pub const CODE_LIFETIME_MS: i64 = 7 * domain::Millis::DAY;

impl Journal {
    pub fn studios(&self) -> Result<Vec<KnownStudio>> {
        self.read(|c| {
            let mut query =
                c.prepare("SELECT studio, name, key, state, answered FROM studios ORDER BY name")?;
            let mut rows = query.query([])?;
            let mut studios = Vec::new();
            while let Some(row) = rows.next()? {
                studios.push(KnownStudio {
                    studio: parsed(&row.get::<_, String>(0)?)?,
                    name: row.get(1)?,
                    key: parsed(&row.get::<_, String>(2)?)?,
                    state: match row.get::<_, String>(3)?.as_str() {
                        "paired" => StudioState::Paired,
                        "refused" => StudioState::Refused,
                        _ => StudioState::Unproven,
                    },
                    answered: row.get(4)?,
                });
            }
            Ok(studios)
        })
    }

    pub fn studio(&self, studio: StudioId) -> Result<Option<KnownStudio>> {
        Ok(self.studios()?.into_iter().find(|s| s.studio == studio))
    }

    /// The key that was pinned, while the pairing stands.
    pub fn pinned_key(&self, studio: StudioId) -> Result<Option<PublicKey>> {
        Ok(self.studio(studio)?.filter(|s| s.state == StudioState::Paired).map(|s| s.key))
    }

    pub fn put_studio(&self, s: &KnownStudio) -> Result<()> {
        self.transact(|t| {
            t.execute(
                "REPLACE INTO studios (studio, name, key, state, answered, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![s.studio.to_string(), s.name, s.key.to_string(), s.state.as_str(), s.answered, now()],
            )?;
            Ok(())
        })
    }

    pub fn add_pairing_code(&self, secret: &[u8; 10]) -> Result<i64> {
        let expires_at = now() + CODE_LIFETIME_MS;
        self.transact(|t| {
            t.execute(
                "INSERT INTO pairing_codes (secret, made_at, expires_at) VALUES (?1, ?2, ?3)",
                params![secret, now(), expires_at],
            )?;
            Ok(expires_at)
        })
    }

    /// Secrets with which `studio` may still prove itself: a code serves one studio.
    pub fn open_secrets(&self, studio: StudioId) -> Result<Vec<Vec<u8>>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT secret FROM pairing_codes WHERE expires_at > ?1 AND (used_by IS NULL OR used_by = ?2)",
            )?;
            let rows = query.query_map(params![now(), studio.to_string()], |r| r.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Pins the studio's key and spends the code, together.
    pub fn pin_studio(&self, s: &KnownStudio, secret: &[u8]) -> Result<()> {
        self.transact(|t| {
            let id = s.studio.to_string();
            t.execute("UPDATE pairing_codes SET used_by = ?1 WHERE secret = ?2", params![id, secret])?;
            t.execute(
                "REPLACE INTO studios (studio, name, key, state, answered, changed_at) VALUES (?1, ?2, ?3, 'paired', 0, ?4)",
                params![id, s.name, s.key.to_string(), now()],
            )?;
            // What waited for this pairing is looked at again.
            t.execute("UPDATE deliveries SET state = 'announced' WHERE state = 'unpaired' AND studio = ?1", [id])?;
            Ok(())
        })
    }

    pub fn oldest_open_code(&self) -> Result<Option<i64>> {
        self.read(|c| {
            let sql = "SELECT min(expires_at) FROM pairing_codes WHERE used_by IS NULL AND expires_at > ?1";
            Ok(c.query_row(sql, [now()], |r| r.get(0)).optional()?.flatten())
        })
    }
}
