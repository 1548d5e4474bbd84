{{- define "pbx-exporter.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of everything: that of the release, with that of the chart where it is not part of it. Short enough for "-" and a number. */}}
{{- define "pbx-exporter.fullname" -}}
{{- $name := include "pbx-exporter.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "pbx-exporter.selector" -}}
app.kubernetes.io/name: {{ include "pbx-exporter.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "pbx-exporter.labels" -}}
{{ include "pbx-exporter.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "pbx-exporter.image" -}}
{{- $repository := required "image.repository is needed: where you pushed the image that the Dockerfile builds" .Values.image.repository -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* What ServiceMonitor and PodMonitor ask: the job has the name that the alerts look for, whatever the release is called. */}}
{{- define "pbx-exporter.endpoint" -}}
port: metrics
interval: {{ .monitor.interval }}
scrapeTimeout: {{ .monitor.scrapeTimeout }}
scheme: {{ ternary "https" "http" .tls }}
{{- with .monitor.endpoint }}
{{ toYaml . }}
{{- end }}
{{- end -}}
