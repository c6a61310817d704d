// Enforces NetworkPolicies on its node: kube-network-policies, which kind's own network has them from, judges the first
// packet of each connection. As there, everything passes while this program does not run.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
)

const queue = 101

// What the library's own rules say, for kernels whose nftables cannot queue; "bypass" lets pass what nobody judges.
const rules = `*mangle
:NETWORK-POLICIES - [0:0]
-A NETWORK-POLICIES -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
-A NETWORK-POLICIES -m owner --uid-owner 0 -j RETURN
-A NETWORK-POLICIES -j NFQUEUE --queue-num %d --queue-bypass
COMMIT
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := enforce(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "NetworkPolicies are not enforced on this node: %v\n", err)
		os.Exit(1)
	}
}

// enforce returns once ctx is done, or with what the kernel or the API server refuses.
func enforce(ctx context.Context) error {
	if err := tryNftables(); err != nil {
		fmt.Fprintf(os.Stderr, "nftables cannot queue packets here (%v): iptables does, and errors of nftables below do not count\n", err)
		if err := queueByIptables(); err != nil {
			return err
		}
	}
	config, err := rest.InClusterConfig()
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	known := informers.NewSharedInformerFactory(client, 0)
	// The settings of kind's kindnetd.
	settings := networkpolicy.Config{
		FailOpen:            true,
		QueueID:             queue,
		NodeName:            os.Getenv("NODE_NAME"),
		NetfilterBug1766Fix: true,
	}
	core := known.Core().V1()
	controller, err := networkpolicy.NewController(client, known.Networking().V1().NetworkPolicies(),
		core.Namespaces(), core.Pods(), core.Nodes(), nil, nil, nil, settings)
	if err != nil {
		return err
	}
	known.Start(ctx.Done())
	return controller.Run(ctx)
}

// tryNftables asks the kernel for a rule like those of the library, which goes on without them where it gets none.
func tryNftables() error {
	nft, err := nftables.New()
	if err != nil {
		return err
	}
	table := nft.AddTable(&nftables.Table{Name: "network-policies-trial", Family: nftables.TableFamilyINet})
	chain := nft.AddChain(&nftables.Chain{Name: "trial", Table: table})
	nft.AddRule(&nftables.Rule{Table: table, Chain: chain, Exprs: []expr.Any{&expr.Queue{Num: queue, Flag: expr.QueueFlagBypass}}})
	nft.DelTable(table)
	return nft.Flush()
}

// queueByIptables leads what leaves the node or is forwarded by it through the queue, before its sender's address changes.
func queueByIptables() error {
	for _, family := range []string{"iptables", "ip6tables"} {
		jump := []string{"POSTROUTING", "--table", "mangle", "--jump", "NETWORK-POLICIES"}
		if err := run(fmt.Sprintf(rules, queue), family+"-restore", "--noflush"); err != nil {
			return err
		}
		// Another run of this program may have left it.
		if run("", family, append([]string{"--check"}, jump...)...) == nil {
			continue
		}
		if err := run("", family, append([]string{"--append"}, jump...)...); err != nil {
			return err
		}
	}
	return nil
}

func run(input, name string, arguments ...string) error {
	command := exec.Command(name, arguments...)
	command.Stdin = strings.NewReader(input)
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", command, err, strings.TrimSpace(string(said)))
	}
	return nil
}
