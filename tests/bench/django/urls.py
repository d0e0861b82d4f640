import json

from django.http import JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from mqtt import client as mqtt_client


@csrf_exempt
def publish_message(request):
    request_data = json.loads(request.body)
    # The tutorial has no "qos"; it is taken here so that QoS 1 can be measured. Nothing waits for the PUBACK.
    rc, mid = mqtt_client.publish(request_data["topic"], request_data["msg"], request_data.get("qos", 0))
    return JsonResponse({"code": rc})


urlpatterns = [path("publish", publish_message)]
