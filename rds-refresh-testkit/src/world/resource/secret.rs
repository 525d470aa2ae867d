use serde::Serialize;

/// The secret that AWS Secrets Manager keeps a managed master password in. The model keeps no password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MasterUserSecret {
    /// `SecretArn`.
    pub arn: String,
    /// `SecretStatus`: `creating`, `active`, `rotating` or `impaired`.
    pub status: String,
    /// `KmsKeyId`, an ARN.
    pub kms_key: String,
}

impl MasterUserSecret {
    /// The password in it is in force.
    pub(crate) fn activate(&mut self) {
        "active".clone_into(&mut self.status);
    }
}
