// The parts of a SeldonDeployment that are Kubernetes' own, at the version that Seldon Core was built with.
// controller-gen makes a schema of them: see hack/pod-schema.sh.
//
// +groupName=parts
package v1

import (
	"k8s.io/api/autoscaling/v2"
	"k8s.io/api/autoscaling/v2beta1"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// +kubebuilder:object:root=true
type Parts struct {
	meta.TypeMeta   `json:",inline"`
	meta.ObjectMeta `json:"metadata,omitempty"`

	Pod             core.PodSpec                       `json:"pod,omitempty"`
	OwnerReferences []meta.OwnerReference              `json:"ownerReferences,omitempty"`
	Metrics         []v2beta1.MetricSpec               `json:"metrics,omitempty"`
	MetricsV2       []v2.MetricSpec                    `json:"metricsv2,omitempty"`
	Behavior        v2.HorizontalPodAutoscalerBehavior `json:"behavior,omitempty"`
}
