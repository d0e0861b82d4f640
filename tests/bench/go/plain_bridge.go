// The bridge as a Go programmer writes it in an hour: net/http and paho, one client for all requests. It takes the
// flags -listen and -broker, and answers when the message is written (QoS 0) or acknowledged (QoS 1, 2).
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

const (
	maxBody        = 1 << 20
	maxOutstanding = 1000
)

type message struct {
	Topic  string `json:"topic"`
	Msg    string `json:"msg"`
	QoS    byte   `json:"qos"`
	Retain bool   `json:"retain"`
}

type bridge struct {
	client mqtt.Client
}

func (b *bridge) publish(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	var m message
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&m); err != nil {
		http.Error(w, "the body is not a message", http.StatusBadRequest)
		return
	}
	if m.Topic == "" || m.QoS > 2 {
		http.Error(w, "topic or qos is not valid", http.StatusBadRequest)
		return
	}
	token := b.client.Publish(m.Topic, m.QoS, m.Retain, m.Msg)
	// WaitTimeout would leave a timer behind for each request: this is the faster way.
	if token.Wait() && token.Error() != nil {
		http.Error(w, "not published", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintln(w, `{"code":0}`)
}

func main() {
	listen := flag.String("listen", "127.0.0.1:8000", "address to listen on")
	broker := flag.String("broker", "tcp://127.0.0.1:1883", "broker to publish to")
	flag.Parse()

	options := mqtt.NewClientOptions().
		AddBroker(*broker).
		SetClientID(fmt.Sprintf("plain-bridge-%d", os.Getpid())).
		SetOrderMatters(false).
		SetMessageChannelDepth(maxOutstanding)
	client := mqtt.NewClient(options)
	if token := client.Connect(); token.Wait() && token.Error() != nil {
		log.Fatal(token.Error())
	}

	mux := http.NewServeMux()
	mux.HandleFunc("/publish", (&bridge{client}).publish)
	server := &http.Server{Addr: *listen, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}
