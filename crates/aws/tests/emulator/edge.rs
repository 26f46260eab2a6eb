//! CloudFront is told to forget a gallery by one path, and a repeated event asks for nothing more.

use aws_sdk_cloudfront::types::{
    DefaultCacheBehavior, DistributionConfig, Origin, Origins, S3OriginConfig, ViewerProtocolPolicy,
};
use darkslide_aws::connect;
use domain::id::GalleryId;
use ports::contract::sample;

use crate::support::{account, deploy, emulator};

#[tokio::test]
async fn an_event_makes_the_edges_forget_once() {
    let Some(endpoint) = emulator() else { return };
    let settings = deploy(&endpoint).await;
    let config = account(&endpoint).await;
    let cloudfront = aws_sdk_cloudfront::Client::new(&config);
    let distribution = distribution(&cloudfront).await;
    let name = format!("{}/distribution", settings.secrets_path);
    let ssm = aws_sdk_ssm::Client::new(&config);
    let put = ssm.put_parameter().name(name).value(&distribution);
    put.r#type(aws_sdk_ssm::types::ParameterType::String).send().await.unwrap();

    let edge = connect(settings).await.unwrap().with_all().ports.edge;
    let galleries: Vec<GalleryId> = (0..20).map(|_| GalleryId::from_bytes(sample::bytes())).collect();
    let asked = async || {
        let listed = cloudfront.list_invalidations().distribution_id(&distribution).send().await.unwrap();
        let mut paths = Vec::new();
        for one in listed.invalidation_list.unwrap().items() {
            let shown = cloudfront.get_invalidation().distribution_id(&distribution).id(one.id());
            let shown = shown.send().await.unwrap().invalidation.unwrap();
            paths.push(shown.invalidation_batch.unwrap().paths.unwrap().items().to_vec());
        }
        paths
    };
    edge.forget(&galleries[..1], "batch 1").await.unwrap();
    assert_eq!(asked().await, [vec![format!("/img/{}/*", galleries[0])]]);
    // Twenty in one sweep: in as few requests as CloudFront takes wildcards at a time.
    edge.forget(&galleries, "sweep").await.unwrap();
    let all = asked().await;
    assert_eq!(all.len(), 3, "{all:?}");
    assert_eq!(all.iter().map(Vec::len).sum::<usize>(), 21);
    edge.forget(&[], "nothing").await.unwrap();
    assert_eq!(asked().await.len(), 3);
}

async fn distribution(cloudfront: &aws_sdk_cloudfront::Client) -> String {
    let origin = Origin::builder()
        .id("pictures")
        .domain_name("pictures.s3.amazonaws.com")
        .s3_origin_config(S3OriginConfig::builder().origin_access_identity("").build())
        .build()
        .unwrap();
    let behaviour = DefaultCacheBehavior::builder()
        .target_origin_id("pictures")
        .viewer_protocol_policy(ViewerProtocolPolicy::HttpsOnly)
        .build()
        .unwrap();
    let config = DistributionConfig::builder()
        .caller_reference(sample::text("distribution"))
        .comment("")
        .enabled(true)
        .origins(Origins::builder().quantity(1).items(origin).build().unwrap())
        .default_cache_behavior(behaviour)
        .build()
        .unwrap();
    let made = cloudfront.create_distribution().distribution_config(config).send().await.unwrap();
    made.distribution.unwrap().id
}
