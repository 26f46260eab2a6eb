"""What AWS asks, in US dollars. Public list prices without the free tier, of which small hosts live mostly.

Prices move and differ by region: PRICES_OF says when and where these were written down from AWS's price pages.
"""

PRICES_OF = "US East (N. Virginia) list prices as known in January 2026"

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
