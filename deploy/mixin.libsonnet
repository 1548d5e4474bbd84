// Rules and dashboards for those who manage Prometheus and Grafana with jsonnet, as a mixin. Written by "npm run dashboards".
// Needs go-jsonnet, or jsonnet 0.20: older ones misread the YAML.
{
  grafanaDashboardFolder:: 'PBX',
  grafanaDashboards+:: {
    'pbx-fleet.json': import '../grafana/fleet.json',
    'pbx-pbx.json': import '../grafana/pbx.json',
    'pbx-exporter.json': import '../grafana/exporter.json',
    'pbx-site.json': import '../grafana/site.json',
    'pbx-phone.json': import '../grafana/phone.json',
    'pbx-manager.json': import '../grafana/manager.json',
  },
  prometheusAlerts+:: { groups+: std.parseYaml(importstr 'prometheus/rules/alerts.yml').groups },
  prometheusRules+:: { groups+: std.parseYaml(importstr 'prometheus/rules/dashboards.yml').groups + std.parseYaml(importstr 'prometheus/rules/recording.yml').groups },
}
