//! The role that agents and labs are handed, as template.yaml makes it: allowed every queue of the host.

use std::time::SystemTime;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::config::ProvideCredentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};

/// IAM's query protocol by hand: its SDK would double the time these tests take to build.
pub async fn make(config: &SdkConfig, endpoint: &str, name: &str) -> String {
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#;
    let made = call(
        config,
        endpoint,
        &[("Action", "CreateRole"), ("RoleName", name), ("AssumeRolePolicyDocument", trust)],
    )
    .await;
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:*:*:{name}-*"}}]}}"#
    );
    call(
        config,
        endpoint,
        &[
            ("Action", "PutRolePolicy"),
            ("RoleName", name),
            ("PolicyName", "queues"),
            ("PolicyDocument", &policy),
        ],
    )
    .await;
    let (_, rest) = made.split_once("<Arn>").unwrap();
    rest.split_once("</Arn>").unwrap().0.to_owned()
}

async fn call(config: &SdkConfig, endpoint: &str, parameters: &[(&str, &str)]) -> String {
    let escaped = |text: &str| {
        text.bytes().fold(String::new(), |out, b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out + char::from(b).to_string().as_str()
            }
            b => out + &format!("%{b:02X}"),
        })
    };
    let mut form = "Version=2010-05-08".to_owned();
    for (name, value) in parameters {
        form += &format!("&{name}={}", escaped(value));
    }
    let credentials = config.credentials_provider().unwrap().provide_credentials().await.unwrap();
    let identity = credentials.into();
    let signing = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("iam")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let url = format!("{}/", endpoint.trim_end_matches('/'));
    let signable =
        SignableRequest::new("POST", &url, std::iter::once(kind), SignableBody::Bytes(form.as_bytes()))
            .unwrap();
    let (instructions, _) = sign(signable, &signing).unwrap().into_parts();
    let mut request = super::client().post(&url).header(kind.0, kind.1);
    for (name, value) in instructions.headers() {
        request = request.header(name, value);
    }
    let answer = request.body(form).send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{status}: {text}");
    text
}
