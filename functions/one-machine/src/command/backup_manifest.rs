//! backup_manifest
