"""What AWS asks, in US dollars. Public list prices without the free tier, of which small hosts live mostly.

Prices move and differ by region: PRICES_OF says which these are. CHECKED says where each was seen again and of when
that text is; a price that is not in it is from memory of AWS's price pages alone, and `infrastructure/cost` says so.
"""

PRICES_OF = "US East (N. Virginia) list prices as known in January 2026"
CHECKED_ON = "25 November 2026"
CHECKED = {
    "S3_GB_MONTH": "cloudburn.io/blog/amazon-s3-pricing, March 2026",
    "S3_PUT": "cloudkaramchari.com on S3 requests, undated",
    "OUT_GB": "amnic.com/blogs/aws-api-gateway-pricing, undated; apigatewaycost.com/aws, undated",
    "DYNAMO_WRITE": "airbyte.com on DynamoDB, July 2025",
    "DYNAMO_READ": "airbyte.com on DynamoDB, July 2025",
    "DYNAMO_GB_MONTH": "aws.amazon.com/dynamodb/pricing, undated",
    "LAMBDA_REQUEST": "cloudchipr.com on Lambda, 2024",
    "LAMBDA_GB_SECOND": "cloudchipr.com on Lambda, 2024",
    "API_REQUEST": "go-cloud.io on API Gateway, 2026",
    "SQS_REQUEST": "cloudburn.io/blog/amazon-sqs-pricing, March 2026; factualminds.com, June 2026",
    "MAIL": "acecloudinterviews.com on SES, undated",
    "EDGE_GB": "aws.amazon.com/cloudfront/pricing, undated; factualminds.com, June 2026",
    "EDGE_REQUEST": "factualminds.com on CloudFront, June 2026",
    "EDGE_FUNCTION": "cur.vantage.sh/aws/amazoncloudfront, undated",
    "LOGS_GB": "factualminds.com on CloudWatch, June 2026",
    "METRIC_MONTH": "signoz.io/guides/cloudwatch-pricing, February 2026",
    "DASHBOARD_MONTH": "factualminds.com on CloudWatch, June 2026",
}

MILLION = 1_000_000
GB = 1_000_000_000

# S3 Standard (aws.amazon.com/s3/pricing)
S3_GB_MONTH = 0.023
S3_PUT = 0.005 / 1_000  # also COPY, POST and LIST
S3_GET = 0.0004 / 1_000
# Data that leaves AWS other than through CloudFront, after 100 GB a month (aws.amazon.com/ec2/pricing/on-demand)
OUT_GB = 0.09
# DynamoDB on demand (aws.amazon.com/dynamodb/pricing/on-demand)
DYNAMO_WRITE = 0.625 / MILLION
DYNAMO_READ = 0.125 / MILLION
DYNAMO_GB_MONTH = 0.25
DYNAMO_PITR_GB_MONTH = 0.20
# Lambda on arm64 (aws.amazon.com/lambda/pricing)
LAMBDA_REQUEST = 0.20 / MILLION
LAMBDA_GB_SECOND = 0.0000133334
# API Gateway, HTTP API (aws.amazon.com/api-gateway/pricing)
API_REQUEST = 1.00 / MILLION
# SQS standard (aws.amazon.com/sqs/pricing)
SQS_REQUEST = 0.40 / MILLION
# SES, a mail that leaves (aws.amazon.com/ses/pricing)
MAIL = 0.10 / 1_000
# CloudFront, Europe and North America, pay as you go (aws.amazon.com/cloudfront/pricing)
EDGE_GB = 0.085
EDGE_REQUEST = 0.01 / 10_000
EDGE_FUNCTION = 0.10 / MILLION
EDGE_KEY_READ = 0.03 / MILLION
# CloudWatch (aws.amazon.com/cloudwatch/pricing)
LOGS_GB = 0.50
ALARM_MONTH = 0.10
METRIC_MONTH = 0.30
DASHBOARD_MONTH = 3.00
FREE_DASHBOARDS = 3


def unchecked() -> list[str]:
    """Prices that were not found again in a text of somebody else's."""
    not_prices = {"PRICES_OF", "CHECKED_ON", "CHECKED", "MILLION", "GB", "FREE_DASHBOARDS"}
    return [name for name in globals() if name.isupper() and name not in not_prices | set(CHECKED)]
