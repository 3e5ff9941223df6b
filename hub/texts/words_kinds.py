"""What came instead of an invoice, in Dutch and English: `hub/formats/kinds.py` and `hub/formats/roots.py` name it by these keys."""

from __future__ import annotations

_PAIRS = {
    "InvoiceResponse": ("een antwoord op een factuur (Invoice Response)", "an answer to an invoice (Invoice Response)"),
    "MessageLevelResponse": ("een technische ontvangstmelding (MLR)", "a technical receipt (MLR)"),
    "ApplicationResponse": ("een antwoordbericht (ApplicationResponse)", "a response message (ApplicationResponse)"),
    "Order": ("een bestelling (Order)", "an order (Order)"),
    "OrderChange": ("een gewijzigde bestelling (OrderChange)", "a changed order (OrderChange)"),
    "OrderCancellation": ("een ingetrokken bestelling (OrderCancellation)", "a cancelled order (OrderCancellation)"),
    "OrderResponse": ("een orderbevestiging (OrderResponse)", "an order confirmation (OrderResponse)"),
    "OrderResponseSimple": ("een orderbevestiging (OrderResponseSimple)", "an order confirmation (OrderResponseSimple)"),
    "DespatchAdvice": ("een pakbon (DespatchAdvice)", "a despatch advice (DespatchAdvice)"),
    "ReceiptAdvice": ("een ontvangstbon (ReceiptAdvice)", "a receipt advice (ReceiptAdvice)"),
    "Catalogue": ("een catalogus (Catalogue)", "a catalogue (Catalogue)"),
    "Quotation": ("een offerte (Quotation)", "a quotation (Quotation)"),
    "RequestForQuotation": ("een offerteaanvraag (RequestForQuotation)", "a request for quotation (RequestForQuotation)"),
    "Statement": ("een rekeningoverzicht (Statement)", "a statement of account (Statement)"),
    "Reminder": ("een herinnering (Reminder)", "a reminder (Reminder)"),
    "RemittanceAdvice": ("een betaalspecificatie (RemittanceAdvice)", "a remittance advice (RemittanceAdvice)"),
    "UtilityStatement": ("een verbruiksoverzicht (UtilityStatement)", "a utility statement (UtilityStatement)"),
    "DebitNote": ("een debetnota (DebitNote)", "a debit note (DebitNote)"),
    "FreightInvoice": ("een vrachtfactuur (FreightInvoice)", "a freight invoice (FreightInvoice)"),
    "SelfBilledInvoice": (
        "een zelffactuur in een eigen UBL-soort (SelfBilledInvoice)",
        "a self-billed invoice in a UBL type of its own (SelfBilledInvoice)",
    ),
    "SelfBilledCreditNote": (
        "een zelfcreditnota in een eigen UBL-soort (SelfBilledCreditNote)",
        "a self-billed credit note in a UBL type of its own (SelfBilledCreditNote)",
    ),
    "Waybill": ("een vrachtbrief (Waybill)", "a waybill (Waybill)"),
    "Tender": ("een inschrijving (Tender)", "a tender (Tender)"),
    "fatturapa": ("een Italiaanse factuur (FatturaPA)", "an Italian invoice (FatturaPA)"),
    "facturae": ("een Spaanse factuur (Facturae)", "a Spanish invoice (Facturae)"),
    "ebinterface": ("een Oostenrijkse factuur (ebInterface)", "an Austrian invoice (ebInterface)"),
    "finvoice": ("een Finse factuur (Finvoice)", "a Finnish invoice (Finvoice)"),
    "setu": ("een uitzendfactuur in HR-XML (SETU)", "a staffing invoice in HR-XML (SETU)"),
    "xaf": ("een auditfile (XAF)", "an audit file (XAF)"),
    "exact": ("een exportbestand van Exact", "an export file of Exact"),
    "xbrl": ("een XBRL-rapportage", "an XBRL report"),
    "camt": ("een bankbestand (CAMT)", "a bank file (CAMT)"),
    "pain": ("een betaalbestand voor de bank (pain)", "a payment file for the bank (pain)"),
    "soap": ("een SOAP-envelop (AS4 of webservice)", "a SOAP envelope (AS4 or web service)"),
    "as4": ("een AS4-bericht van een access point", "an AS4 message of an access point"),
    "sbdh": ("een Peppol-envelop (SBDH) zonder document erin", "a Peppol envelope (SBDH) without a document in it"),
}  # fmt: skip
KIND_WORDS = {key: {"nl": dutch, "en": english} for key, (dutch, english) in _PAIRS.items()}
