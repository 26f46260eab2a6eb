//! The three buckets, for [`crate::blobs`] and [`crate::grants`].

use std::sync::Arc;

use aws_config::SdkConfig;
use ports::Clock;

use crate::{Settings, clients};

pub(crate) struct Objects {
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Objects {
    pub(crate) fn new(sdk: &SdkConfig, settings: &Settings, clock: Arc<dyn Clock>) -> Self {
        Self { s3: clients::s3(sdk, settings.s3_path_style), settings: settings.clone(), clock }
    }
}
