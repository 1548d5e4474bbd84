# Vault Agent (or OpenBao Agent) writes the password of each PBX into a separate file. The exporter reads the file before each login, so
# that a password changed in Vault requires no reload.
#
#   vault agent -config=agent.hcl
#
# In exporter.yml: password_file: /run/pbx-exporter-secrets/hq
# The role needs only: path "secret/data/pbx/*" { capabilities = ["read"] }

vault {
  address = "https://vault.example.org:8200"
}

auto_auth {
  method "approle" {
    config = {
      role_id_file_path   = "/etc/pbx-exporter-vault/role-id"
      secret_id_file_path = "/etc/pbx-exporter-vault/secret-id"
      # Otherwise, the agent could not log in again after a restart.
      remove_secret_id_file_after_reading = false
    }
  }
}

template_config {
  # How often a secret without a lease is read.
  static_secret_render_interval = "5m"
}

# One template per PBX. The folder belongs to the agent's user and the group pbx-exporter, with mode 2750, so that files get that group.
template {
  destination          = "/run/pbx-exporter-secrets/hq"
  perms                = "0640"
  error_on_missing_key = true
  contents             = "{{ with secret \"secret/data/pbx/hq\" }}{{ .Data.data.password }}{{ end }}"
}
