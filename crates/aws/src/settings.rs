//! What a function is told by its environment. `template.yaml` sets it; nothing else reads it.

use std::env::VarError;

use domain::{Millis, epoch::Epoch};

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error(
        "the environment variable {name} is not set; it holds {holds}. template.yaml sets it for every function"
    )]
    Missing { name: &'static str, holds: &'static str },
    #[error(
        "the environment variable {name} is not text; it holds {holds}. template.yaml sets it: deploy it again"
    )]
    NotText { name: &'static str, holds: &'static str },
    #[error(
        "the environment variable {name} is {value:?}, which is no number; it holds {holds}. template.yaml sets it: deploy it again"
    )]
    NotANumber { name: &'static str, value: String, holds: &'static str },
    #[error(
        "the environment variable {name} is {value:?}, which is no ARN of an SQS queue (arn:aws:sqs:REGION:ACCOUNT:NAME). template.yaml sets it: deploy it again"
    )]
    NotAnArn { name: &'static str, value: String },
}

/// Where everything is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `DARKSLIDE_TABLE`
    pub table: String,
    /// `DARKSLIDE_RENDITIONS_BUCKET`: objects under `img/`.
    pub renditions_bucket: String,
    /// `DARKSLIDE_RELAY_BUCKET`: objects under `relay/`.
    pub relay_bucket: String,
    /// `DARKSLIDE_RECORDS_BUCKET`: objects under `batches/` and `erased/`.
    pub records_bucket: String,
    /// `DARKSLIDE_QUEUE_PREFIX`: before the name of every queue made at enrolment.
    pub queue_prefix: String,
    /// `DARKSLIDE_AGENT_DLQ_ARN`
    pub agent_dead_letters: QueueArn,
    /// `DARKSLIDE_LAB_DLQ_ARN`
    pub lab_dead_letters: QueueArn,
    /// `DARKSLIDE_SESSION_ROLE_ARN`: assumed for agents and labs, narrowed to one queue.
    pub session_role_arn: String,
    /// `DARKSLIDE_SECRETS_PATH`: see [`crate::secrets`].
    pub secrets_path: String,
    /// `DARKSLIDE_SITE`: overrides the parameter `<secrets path>/site`.
    pub site: Option<String>,
    /// `DARKSLIDE_MAIL_FROM`: the address mails come from, verified in SES; without it none are sent.
    pub mail_from: Option<String>,
    /// `DARKSLIDE_EPOCH` counts restores; `DARKSLIDE_RECORDS_FROM`: milliseconds since 1970 of the earliest
    /// moment that one went back to.
    pub epoch: Epoch,
    /// `DARKSLIDE_S3_PATH_STYLE=1`: buckets in the path, as emulators want it.
    pub s3_path_style: bool,
}

impl Settings {
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::read(std::env::var)
    }

    fn read(get: impl Fn(&'static str) -> Result<String, VarError>) -> Result<Self, SettingsError> {
        let optional = |name, holds| match get(name) {
            Ok(value) if value.trim().is_empty() => Ok(None),
            Ok(value) => Ok(Some(value.trim().to_owned())),
            Err(VarError::NotPresent) => Ok(None),
            Err(VarError::NotUnicode(_)) => Err(SettingsError::NotText { name, holds }),
        };
        let needed = |name, holds| optional(name, holds)?.ok_or(SettingsError::Missing { name, holds });
        let arn = |name, holds| {
            let value = needed(name, holds)?;
            QueueArn::parse(&value).ok_or(SettingsError::NotAnArn { name, value })
        };
        let number = |name, holds| match optional(name, holds)? {
            None => Ok(None),
            Some(value) => match value.parse::<u64>() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(SettingsError::NotANumber { name, value, holds }),
            },
        };
        Ok(Self {
            table: needed("DARKSLIDE_TABLE", "the name of the DynamoDB table")?,
            renditions_bucket: needed("DARKSLIDE_RENDITIONS_BUCKET", "the bucket of proofs and thumbnails")?,
            relay_bucket: needed("DARKSLIDE_RELAY_BUCKET", "the bucket of print files under way to labs")?,
            records_bucket: needed("DARKSLIDE_RECORDS_BUCKET", "the bucket of batch records")?,
            queue_prefix: needed("DARKSLIDE_QUEUE_PREFIX", "the prefix of queues made at enrolment")?,
            agent_dead_letters: arn("DARKSLIDE_AGENT_DLQ_ARN", "the dead-letter queue of agents' queues")?,
            lab_dead_letters: arn("DARKSLIDE_LAB_DLQ_ARN", "the dead-letter queue of labs' queues")?,
            session_role_arn: needed("DARKSLIDE_SESSION_ROLE_ARN", "the role agents and labs are handed")?,
            secrets_path: needed("DARKSLIDE_SECRETS_PATH", "the SSM path of the host's secrets")?
                .trim_end_matches('/')
                .to_owned(),
            site: optional("DARKSLIDE_SITE", "the public address")?
                .map(|site| site.trim_end_matches('/').to_owned()),
            mail_from: optional("DARKSLIDE_MAIL_FROM", "the address mails come from")?,
            epoch: Epoch {
                number: number("DARKSLIDE_EPOCH", "how many restores there were")?.unwrap_or(0),
                since: number("DARKSLIDE_RECORDS_FROM", "the moment a restore went back to")?
                    .filter(|at| *at > 0)
                    .map(|at| Millis(i64::try_from(at).unwrap_or(i64::MAX))),
            },
            s3_path_style: optional("DARKSLIDE_S3_PATH_STYLE", "1 for buckets in the path")?.as_deref()
                == Some("1"),
        })
    }
}

/// `arn:aws:sqs:<region>:<account>:<name>`, whose first parts every queue of the host shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueArn(String);

impl QueueArn {
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        let well_formed = matches!(parts[..], ["arn", _, "sqs", _, account, name] if !account.is_empty() && !name.is_empty());
        well_formed.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ARN of another queue of the same account and region.
    pub fn sibling(&self, name: &str) -> String {
        let family = self.0.rsplit_once(':').map_or("", |(family, _)| family);
        format!("{family}:{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(name: &str) -> Result<String, VarError> {
        match name {
            "DARKSLIDE_EPOCH" => Ok("2".into()),
            "DARKSLIDE_RECORDS_FROM" => Ok("1790000000000".into()),
            "DARKSLIDE_SITE" | "DARKSLIDE_MAIL_FROM" | "DARKSLIDE_S3_PATH_STYLE" => Err(VarError::NotPresent),
            "DARKSLIDE_SECRETS_PATH" => Ok("/darkslide/prod/".into()),
            name if name.ends_with("_DLQ_ARN") => Ok("arn:aws:sqs:eu-central-1:123456789012:dead".into()),
            name => Ok(name.to_lowercase()),
        }
    }

    #[test]
    fn a_missing_variable_is_named_with_what_it_is_for() {
        let settings = Settings::read(env).unwrap();
        assert_eq!((settings.table.as_str(), settings.s3_path_style), ("darkslide_table", false));
        assert_eq!(settings.secrets_path, "/darkslide/prod");
        assert_eq!(settings.epoch.to_string(), "2 since=1790000000000");
        let never = |name: &'static str| match name {
            "DARKSLIDE_RECORDS_FROM" => Ok("0".into()),
            "DARKSLIDE_EPOCH" => Ok("1".into()),
            name => env(name),
        };
        assert_eq!(Settings::read(never).unwrap().epoch, Epoch { number: 1, since: None });
        let odd = |name: &'static str| if name == "DARKSLIDE_EPOCH" { Ok("two".into()) } else { env(name) };
        assert!(matches!(Settings::read(odd), Err(SettingsError::NotANumber { .. })));
        let without = |gone: &'static str| {
            move |name: &'static str| if name == gone { Ok(" ".into()) } else { env(name) }
        };
        let error = Settings::read(without("DARKSLIDE_RELAY_BUCKET")).unwrap_err().to_string();
        assert!(error.contains("DARKSLIDE_RELAY_BUCKET") && error.contains("print files"), "{error}");
        let wrong =
            |name: &'static str| if name == "DARKSLIDE_LAB_DLQ_ARN" { Ok("dead".into()) } else { env(name) };
        assert!(matches!(Settings::read(wrong), Err(SettingsError::NotAnArn { .. })));
    }

    #[test]
    fn queues_are_siblings_of_their_dead_letter_queue() {
        let arn = QueueArn::parse("arn:aws:sqs:eu-central-1:123456789012:dead").unwrap();
        assert_eq!(arn.sibling("d-agent-x"), "arn:aws:sqs:eu-central-1:123456789012:d-agent-x");
        assert_eq!(QueueArn::parse("arn:aws:sns:eu-central-1:123456789012:dead"), None);
    }
}
