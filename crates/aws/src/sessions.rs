//! Credentials for one queue: a role assumed with a session policy that allows just that queue.
//!
//! Role chaining ends a session after an hour at most. Whoever steals one can read one queue's ids, and
//! nothing in S3 or DynamoDB.

use domain::Millis;
use ports::{
    PortError, PortResult,
    queues::{Access, QueueName},
};

use crate::{fault, queues::Doorbells};

const WHAT: &str = "the queue's credentials";
/// The most that role chaining allows.
const LIFETIME_SECONDS: i32 = 3_600;
/// The longest name of a session.
const MAX_NAME: usize = 64;

fn policy(queue_arn: &str) -> String {
    serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": [
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:ChangeMessageVisibility",
                "sqs:GetQueueAttributes",
            ],
            "Resource": queue_arn,
        }],
    })
    .to_string()
}

impl Doorbells {
    pub(crate) async fn session_for(&self, queue: QueueName) -> PortResult<Access> {
        let queue_url = self.queue_url(queue).await?;
        let name: String = queue.to_string().chars().take(MAX_NAME).collect();
        let answer = self
            .sts
            .assume_role()
            .role_arn(&self.settings.session_role_arn)
            .role_session_name(name)
            .duration_seconds(LIFETIME_SECONDS)
            .policy(policy(&self.queue_arn(queue)))
            .send()
            .await
            .map_err(|e| fault::port(WHAT, &e))?;
        let credentials =
            answer.credentials.ok_or_else(|| PortError::unavailable(WHAT, "STS gave no credentials"))?;
        let expires_at = credentials.expiration.to_millis().map_err(|e| PortError::unavailable(WHAT, e))?;
        Ok(Access::Sqs {
            queue_url,
            region: self.region.clone(),
            endpoint: self.endpoint.clone(),
            access_key_id: credentials.access_key_id,
            secret_access_key: credentials.secret_access_key,
            session_token: credentials.session_token,
            expires_at: Millis(expires_at),
        })
    }
}
