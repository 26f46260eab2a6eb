//! The SDKs' clients over one HTTP client: rustls with ring.

use std::time::Duration;

use aws_config::{
    BehaviorVersion, Region, SdkConfig, environment::EnvironmentVariableCredentialsProvider,
    retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation, SharedCredentialsProvider};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};

/// Tried this often in all, within the time a function has.
const ATTEMPTS: u32 = 4;
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// DynamoDB, STS and SSM answer in milliseconds; one that has not by then will not.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// From the environment alone: Lambda puts the region and the role's credentials there, and so do the operator's
/// tools. The SDKs' own search would also look into profiles and ask container and instance services, which no
/// function has.
pub(crate) fn configuration() -> SdkConfig {
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let credentials = EnvironmentVariableCredentialsProvider::new();
    let mut configuration = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(set("AWS_REGION").or_else(|| set("AWS_DEFAULT_REGION")).map(Region::new))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_WITHIN).build());
    configuration.set_endpoint_url(set("AWS_ENDPOINT_URL"));
    configuration.build()
}

/// For services that answer in milliseconds.
pub(crate) fn quick(config: &SdkConfig) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_WITHIN)
        .operation_attempt_timeout(ANSWER_WITHIN)
        .build();
    config.to_builder().timeout_config(timeouts).build()
}

pub(crate) fn s3(config: &SdkConfig, path_style: bool) -> aws_sdk_s3::Client {
    // Checksums are ours: SHA-256, signed into every upload. Another one on top costs and proves nothing.
    let s3 = aws_sdk_s3::config::Builder::from(config)
        .force_path_style(path_style)
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .build();
    aws_sdk_s3::Client::from_conf(s3)
}
