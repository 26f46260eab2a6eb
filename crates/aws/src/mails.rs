//! Mails that are owed: an item each, listed in `gsi1` by when it is due for as long as it is not over.

use async_trait::async_trait;
use domain::{
    Millis,
    id::StudioId,
    mail::{Mail, StudioMail},
};
use ports::{Mails, Page, PortResult, mails::QueuedMail};
use serde::{Deserialize, Serialize};

use crate::{
    Store, cursor, keys,
    table::{Change, Done, Next, Query, Range, Row, Write},
};

const MAIL: &str = "the mail";
const STUDIO_MAIL: &str = "how the studio wants its mails";

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Held {
    queued: QueuedMail,
    given_up: bool,
}

impl Held {
    fn list(&self) -> Option<(String, String)> {
        let id = &self.queued.mail.id;
        match self.queued.due_at {
            Some(due) => Some((keys::MAILS.to_owned(), format!("{}#{id}", keys::time(due)))),
            None if self.given_up => Some((keys::MAILS_GIVEN_UP.to_owned(), id.clone())),
            None => None,
        }
    }

    fn change(self) -> Change<Held> {
        Change { list: self.list(), ..Change::to(self) }
    }
}

#[async_trait]
impl Mails for Store {
    async fn queue(&self, mail: &Mail) -> PortResult<bool> {
        let queued = QueuedMail { mail: mail.clone(), tries: 0, due_at: Some(mail.queued_at), why: None };
        let held = Held { queued, given_up: false };
        let list = held.list();
        let row = Row::new(keys::mail(&mail.id), held).listed(list);
        Ok(self.table().commit(&[Write::put(MAIL, &row)?.when_new()]).await? == Done::Yes)
    }

    async fn due(&self, now: Millis, limit: u32) -> PortResult<Vec<QueuedMail>> {
        // Up to and including `now`: what follows the time in a key sorts before the next millisecond.
        let query = Query::index(keys::GSI1, keys::MAILS).range(Range::Before(keys::time(now.plus(1))));
        let rows: Vec<Row<Held>> = self.table().rows(MAIL, &query, Some(limit as usize)).await?;
        Ok(rows.into_iter().map(|row| row.doc.queued).collect())
    }

    async fn take(&self, mail: &QueuedMail, until: Millis) -> PortResult<bool> {
        self.move_mail(&mail.mail.id, |held| {
            (held.queued.due_at.is_some() && held.queued.due_at == mail.due_at).then(|| {
                let tries = held.queued.tries + 1;
                Held { queued: QueuedMail { tries, due_at: Some(until), ..held.queued }, ..held }
            })
        })
        .await
    }

    async fn sent(&self, id: &str) -> PortResult<()> {
        self.move_mail(id, |held| {
            Some(Held { queued: QueuedMail { due_at: None, why: None, ..held.queued }, given_up: false })
        })
        .await
        .map(drop)
    }

    async fn put_off(&self, id: &str, why: &str, due_at: Millis) -> PortResult<()> {
        self.move_mail(id, |held| {
            held.queued.due_at.is_some().then(|| {
                let why = Some(why.to_owned());
                Held { queued: QueuedMail { due_at: Some(due_at), why, ..held.queued }, ..held }
            })
        })
        .await
        .map(drop)
    }

    async fn give_up(&self, id: &str, why: &str) -> PortResult<()> {
        self.move_mail(id, |held| {
            let why = Some(why.to_owned());
            Some(Held { queued: QueuedMail { due_at: None, why, ..held.queued }, given_up: true })
        })
        .await
        .map(drop)
    }

    async fn given_up(&self, cursor: Option<&str>, limit: u32) -> PortResult<Page<QueuedMail>> {
        let query = Query::index(keys::GSI1, keys::MAILS_GIVEN_UP).after(cursor::decode(cursor)?);
        let rows: Vec<Row<Held>> = self.table().rows(MAIL, &query, Some(cursor::one_more(limit))).await?;
        let found = rows.into_iter().map(|row| row.doc.queued).collect();
        Ok(cursor::page(found, limit, |m: &QueuedMail| m.mail.id.clone()))
    }

    async fn studio_mail(&self, studio: StudioId) -> PortResult<Option<StudioMail>> {
        self.table().doc(STUDIO_MAIL, &keys::studio_mail(studio)).await
    }

    async fn set_studio_mail(&self, studio: StudioId, mail: Option<&StudioMail>) -> PortResult<()> {
        let key = keys::studio_mail(studio);
        let write = match mail {
            Some(mail) => Write::put(STUDIO_MAIL, &Row::new(key, mail))?,
            None => Write::delete(key),
        };
        self.table().commit(&[write]).await.map(drop)
    }

    async fn try_again(&self, id: &str, now: Millis) -> PortResult<bool> {
        self.move_mail(id, |held| {
            held.given_up.then_some(Held {
                queued: QueuedMail { due_at: Some(now), tries: 0, ..held.queued },
                given_up: false,
            })
        })
        .await
    }
}

impl Store {
    /// Moves a mail on if it is there and `decide` wants to; false: it did not.
    async fn move_mail(
        &self,
        id: &str,
        decide: impl Fn(Held) -> Option<Held> + Send + Sync,
    ) -> PortResult<bool> {
        let decide = |held: Option<Held>| {
            Ok(match held.and_then(&decide) {
                Some(next) => Next::Write(next.change(), true),
                None => Next::Keep(false),
            })
        };
        self.table().change(MAIL, &keys::mail(id), decide).await
    }
}
