"""Addresses of the money of union bodies, mounted at ``/funds/``."""

from django.urls import path

from zhijia.funds.views import books, budgets, dues, files, levy, spendings

app_name = "funds"

urlpatterns = [
    path("", books.index, name="index"),
    path("<int:body_id>/", books.overview, name="overview"),
    path("<int:body_id>/ledger/", books.ledger, name="ledger"),
    path("<int:body_id>/export/", books.export, name="export"),
    path("<int:body_id>/vouchers/new/", books.write, name="write"),
    path("<int:body_id>/vouchers/<int:year>/<int:number>/", books.voucher, name="voucher"),
    path("<int:body_id>/close/", books.close, name="close"),
    path("<int:body_id>/sums/", books.sums, name="sums"),
    path("<int:body_id>/dues/", dues.dues, name="dues"),
    path("<int:body_id>/dues/charge/", dues.charge, name="charge"),
    path("<int:body_id>/dues/<int:adjustment_id>/", dues.decide, name="decide"),
    path("<int:body_id>/levy/", levy.levy, name="levy"),
    path("<int:body_id>/levy/new/", levy.new, name="levy_new"),
    path("<int:body_id>/levy/transfer/", levy.transfer, name="transfer"),
    path("<int:body_id>/levy/refund/", levy.refund, name="refund"),
    path("<int:body_id>/levy/<int:return_id>/", levy.levy_return, name="levy_return"),
    path("<int:body_id>/budgets/", budgets.budgets, name="budgets"),
    path("<int:body_id>/budgets/<int:budget_id>/", budgets.budget, name="budget"),
    path("<int:body_id>/spendings/", spendings.spendings, name="spendings"),
    path("<int:body_id>/spendings/new/", spendings.new, name="spending_new"),
    path("<int:body_id>/spendings/<uuid:public_id>/", spendings.spending, name="spending"),
    path("<int:body_id>/files/", files.files, name="files"),
    path("<int:body_id>/files/<int:batch_id>/", files.file, name="file"),
    path("<int:body_id>/files/<int:batch_id>/export/<str:form>/", files.export, name="file_export"),
]
