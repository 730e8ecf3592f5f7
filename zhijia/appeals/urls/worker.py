"""What a worker, or anybody, opens."""

from django.urls import path

from zhijia.appeals.views import public, submitting, worker

urlpatterns = [
    path("new/", submitting.new, name="new"),
    path("new/suggest/", submitting.suggest, name="suggest"),
    path("new/employers/", submitting.employers, name="employers"),
    path("sent/", submitting.sent, name="sent"),
    path("mine/", worker.mine, name="mine"),
    path("follow/", public.follow, name="follow"),
    path("followed/", worker.followed, name="followed"),
    path("answers/", public.answers, name="answers"),
    path("answers/<int:pk>/", public.answer_page, name="answer_page"),
    path("<uuid:public_id>/", worker.detail, name="detail"),
    path("<uuid:public_id>/write/", worker.write, name="write"),
    path("<uuid:public_id>/answer/", worker.answer, name="answer"),
    path("<uuid:public_id>/rate/", worker.rate, name="rate"),
    path("<uuid:public_id>/reopen/", worker.reopen, name="reopen"),
    path("<uuid:public_id>/review/", worker.review, name="review"),
    path("<uuid:public_id>/withdraw/", worker.withdraw, name="withdraw"),
    path("<uuid:public_id>/consent/", worker.consent, name="consent"),
    path("<uuid:public_id>/files/<uuid:file_id>/", worker.file, name="file"),
]
