{{- define "pbx-exporter.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of all objects: that of the release, followed by that of the chart unless it is included. Leaves room for "-" and a number. */}}
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

{{/* The endpoint of ServiceMonitor and PodMonitor. The job name is that expected by the alerts, regardless of the release name. */}}
{{- define "pbx-exporter.endpoint" -}}
port: metrics
interval: {{ .monitor.interval }}
scrapeTimeout: {{ .monitor.scrapeTimeout }}
scheme: {{ ternary "https" "http" .tls }}
{{- with .monitor.endpoint }}
{{ toYaml . }}
{{- end }}
{{- end -}}
