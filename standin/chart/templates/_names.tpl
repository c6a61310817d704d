{{/* Names and labels as in Seldon Core's own chart, so that lessons and checks find the same things. */}}
{{- define "standin.selector" -}}
app: seldon
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/name: {{ .Chart.Name }}
control-plane: seldon-controller-manager
{{- end }}

{{- define "standin.labels" -}}
app: seldon
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "standin.image" -}}
{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end }}
