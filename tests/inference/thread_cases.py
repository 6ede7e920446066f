"""E-mails as mail clients write them, in two languages: (name, text, own words), and traps that must stay whole."""

# ruff: noqa: E501 - a mail that is broken over many source lines can no longer be read as a mail

GMAIL_EN = "On Tue, Jun 3, 2025 at 10:12 AM Acme Support <support@acme.example> wrote:"
GMAIL_AR = "في الثلاثاء، ٣ يونيو ٢٠٢٥ في 10:12 ص تمت كتابة ما يلي بواسطة Acme Support <support@acme.example>:"
OUTLOOK_EN = (
    "From: Acme Support <support@acme.example>\nSent: Tuesday, June 3, 2025 10:12 AM\n"
    "To: Sara Ali <sara@mail.example>\nSubject: RE: Card 4411 not delivered"
)
OUTLOOK_AR = (
    "من: Acme Support <support@acme.example>\nتم الإرسال: الثلاثاء، ٣ يونيو ٢٠٢٥ 10:12 ص\n"
    "إلى: سارة علي <sara@mail.example>\nالموضوع: رد: البطاقة لم تصل"
)
OLD_EN = "Dear Sara,\nYour card was sent on Monday.\nPlease wait 7 days."
OLD_AR = "عزيزتي سارة،\nأرسلنا البطاقة يوم الاثنين.\nيرجى الانتظار سبعة أيام."
QUOTE_EN = "> Dear Sara,\n> Your card was sent on Monday.\n>\n> Please wait 7 days."
QUOTE_AR = "> عزيزتي سارة،\n> أرسلنا البطاقة يوم الاثنين.\n>\n> يرجى الانتظار سبعة أيام."
LEGAL_EN = (
    "This e-mail and any attachments are confidential and intended solely for the addressee. If you are not the intended "
    "recipient, please notify the sender and delete it. We accept no liability for viruses."
)
LEGAL_AR = (
    "هذه الرسالة ومرفقاتها سرية وموجهة إلى المرسل إليه فقط. إذا وصلتك عن طريق الخطأ فيرجى إبلاغ المرسل وحذفها فورًا، "
    "ولا تتحمل الشركة أي مسؤولية عن محتواها."
)

REMOVED = [
    # In English, history
    (
        "gmail",
        f"Still no card. This is ridiculous!\n\n{GMAIL_EN}\n\n{QUOTE_EN}\n",
        "Still no card. This is ridiculous!",
    ),
    (
        "gmail wrapped",
        f"Still nothing.\n\n{GMAIL_EN.replace('Support <', 'Support <' + chr(10))}\n\n{QUOTE_EN}",
        "Still nothing.",
    ),
    (
        "gmail wrapped thrice",
        "Where is it?\n\nOn Tue, Jun 3, 2025 at 10:12 AM\nAcme Support <support@acme.example>\nwrote:\n\n> Hi",
        "Where is it?",
    ),
    ("gmail unquoted", f"Nobody called me.\n\n{GMAIL_EN}\n\n{OLD_EN}", "Nobody called me."),
    (
        "gmail iso",
        "It came, thanks\n\n2025-06-03 10:12 GMT+03:00 Acme Support <support@acme.example>:\n\n" + QUOTE_EN,
        "It came, thanks",
    ),
    ("windows line ends", f"Still no card.\r\n\r\n{GMAIL_EN}\r\n\r\n> Hello\r\n> Bye\r\n", "Still no card."),
    (
        "apple",
        f"Wrong size again.\n\n> On 3 Jun 2025, at 10:12, Acme Support <support@acme.example> wrote:\n> \n{QUOTE_EN}",
        "Wrong size again.",
    ),
    (
        "apple unquoted header",
        f"Wrong size again.\n\nOn 3 Jun 2025, at 10:12, Acme Support wrote:\n\n{QUOTE_EN}",
        "Wrong size again.",
    ),
    (
        "yahoo",
        f"You promised Monday.\n\nOn Tuesday, June 3, 2025 at 10:12:13 AM GMT+3, Acme <support@acme.example> wrote:\n\n{OLD_EN}",
        "You promised Monday.",
    ),
    ("thunderbird", f"I paid twice.\n\nOn 03/06/2025 10:12, Acme Support wrote:\n{QUOTE_EN}", "I paid twice."),
    ("outlook desktop", f"I want my money back.\n\n{OUTLOOK_EN}\n\n{OLD_EN}", "I want my money back."),
    (
        "outlook bold",
        "No answer for a week.\n\n*From:* Acme <support@acme.example>\n*Sent:* 3 June 2025 10:12\n*To:* Sara\n*Subject:* RE: card\n\nDear Sara",
        "No answer for a week.",
    ),
    (
        "outlook web",
        f"Please close it.\n\n________________________________\n{OUTLOOK_EN}\n\n{OLD_EN}",
        "Please close it.",
    ),
    (
        "outlook many recipients",
        f"Any news?\n\n{OUTLOOK_EN.replace('To: Sara Ali <sara@mail.example>', 'To: Sara Ali <sara@mail.example>;' + chr(10) + 'Omar Ali <omar@mail.example>')}\n\n{OLD_EN}",
        "Any news?",
    ),
    (
        "outlook mobile",
        f"App crashes.\n\nGet Outlook for Android<https://aka.ms/AAb9ysg>\n________________________________\n{OUTLOOK_EN}\n\n{OLD_EN}",
        "App crashes.",
    ),
    ("original message", f"Refund me.\n\n-----Original Message-----\n{OUTLOOK_EN}\n\n{OLD_EN}", "Refund me."),
    (
        "samsung",
        f"It broke.\n\n-------- Original message --------\nFrom: Acme <support@acme.example>\nDate: 03/06/2025 10:12 (GMT+03:00)\nTo: sara@mail.example\nSubject: Card\n\n{OLD_EN}",
        "It broke.",
    ),
    (
        "zendesk",
        f"I did that already.\n\n##- Please type your reply above this line -##\n\nYour request (4411) has been updated.\n\n{OLD_EN}",
        "I did that already.",
    ),
    (
        "forward with a comment",
        "Why did I get this?\n\n---------- Forwarded message ---------\nFrom: Acme <news@acme.example>\nDate: Tue, Jun 3, 2025 at 10:12 AM\nSubject: Sale\nTo: <sara@mail.example>\n\n\n50% off",
        "Why did I get this?",
    ),
    (
        "inline answers",
        f"{GMAIL_EN}\n\n> When did you pay?\n\nOn Sunday.\n\n> With which card?\n\nVisa, and I am tired of asking.",
        "On Sunday.\n\nVisa, and I am tired of asking.",
    ),
    ("answer below", f"{GMAIL_EN}\n{QUOTE_EN}\n\nI waited 9 days already!", "I waited 9 days already!"),
    ("quotes without a header", "> Is the box open?\nYes.\n> Is the seal broken?\nNo.", "Yes.\nNo."),
    (
        "nested quotes",
        f"Third time I write.\n\n{GMAIL_EN}\n\n> Sorry.\n>\n>> Second time I write.\n>>\n>>> First.",
        "Third time I write.",
    ),
    (
        "french gmail",
        "My card please.\n\nLe mar. 3 juin 2025 à 10:12, Acme <support@acme.example> a écrit :\n\n> Bonjour",
        "My card please.",
    ),
    # In English, signatures and footers
    ("iphone", f"Worst app ever.\n\nSent from my iPhone\n\n{GMAIL_EN}\n\n{QUOTE_EN}", "Worst app ever."),
    ("samsung signature", "Not working.\n\nSent from my Samsung Galaxy S21 smartphone.", "Not working."),
    ("yahoo signature", "Not working.\n\nSent from Yahoo Mail on Android", "Not working."),
    ("windows signature", "Not working.\n\nSent from Mail for Windows", "Not working."),
    (
        "dashes",
        "Where is my parcel?\n\n-- \nSara Ali\nSenior Buyer | Nile Trading Ltd\n+20 100 123 4567",
        "Where is my parcel?",
    ),
    (
        "regards card",
        "I am very disappointed.\n\nBest regards,\n\nSara Ali\nPurchasing Manager\nMobile: +966 50 123 4567\nwww.nile.example",
        "I am very disappointed.",
    ),
    ("regards name", "I am very disappointed.\n\nKind regards,\nSara Ali", "I am very disappointed."),
    ("thanks stay", "Please fix it.\n\nThanks,\nSara Ali\nTel: 02 1234 5678", "Please fix it.\n\nThanks,"),
    ("card", "The invoice is wrong.\n\nSara Ali\nNile Trading Company\nsara@nile.example", "The invoice is wrong."),
    ("legal footer", f"The charge is wrong.\n\nRegards,\nSara Ali\n\n{LEGAL_EN}", "The charge is wrong."),
    (
        "gateway banner",
        "CAUTION: This email originated from outside of the organization. Do not click links.\n\nThe lift is stuck.",
        "The lift is stuck.",
    ),
    (
        "environment",
        f"The charge is wrong.\n\nPlease consider the environment before printing this email.\n\n{GMAIL_EN}\n{QUOTE_EN}",
        "The charge is wrong.",
    ),
    # In Arabic, history
    ("جيميل", f"البطاقة لم تصل حتى الآن!\n\n{GMAIL_AR}\n\n{QUOTE_AR}", "البطاقة لم تصل حتى الآن!"),
    ("جيميل بعلامات اتجاه", f"البطاقة لم تصل.\n\n\u202b{GMAIL_AR}\u202c\n\n{QUOTE_AR}", "البطاقة لم تصل."),
    (
        "جيميل مكسور",
        "وين الفلوس؟\n\nفي الأحد، 13 سبتمبر 2026 في 7:58 م تمت كتابة ما يلي بواسطة خدمة\nعملاء أكمي <info@acme.example>:\n\n> أهلا",
        "وين الفلوس؟",
    ),
    ("جيميل دون اقتباس", f"محد رد علي.\n\n{GMAIL_AR}\n\n{OLD_AR}", "محد رد علي."),
    (
        "كتب في الآخر",
        f"تعبت منكم.\n\nفي الأحد، ٣ مارس ٢٠١٩ ١١:٢٢ أكمي <info@acme.example> كتب:\n{OLD_AR}",
        "تعبت منكم.",
    ),
    (
        "آبل",
        f"المقاس غلط مرة ثانية.\n\nفي ٣ يونيو ٢٠٢٥، الساعة ١٠:١٢ ص، كتب/كتبت Acme Support <support@acme.example>:\n\n{QUOTE_AR}",
        "المقاس غلط مرة ثانية.",
    ),
    ("آبل باسم أولا", f"المقاس غلط.\n\nكتب Acme Support في ٣ يونيو ٢٠٢٥، الساعة ١٠:١٢ ص:\n\n{QUOTE_AR}", "المقاس غلط."),
    (
        "جاء من",
        f"لم يتصل أحد.\n\nبتاريخ 4 يونيو، 2017 8:39 م، جاء من خدمة أكمي <info@acme.example>:\n\n{OLD_AR}",
        "لم يتصل أحد.",
    ),
    (
        "ياهو",
        f"وعدتموني يوم الاثنين.\n\nفي الثلاثاء، 3 يونيو 2025 في 10:12:13 ص غرينتش+3، كتب Acme <support@acme.example>:\n\n{OLD_AR}",
        "وعدتموني يوم الاثنين.",
    ),
    ("أوتلوك", f"أريد استرجاع المبلغ.\n\n{OUTLOOK_AR}\n\n{OLD_AR}", "أريد استرجاع المبلغ."),
    (
        "أوتلوك جوال",
        f"التطبيق يعلق.\n\nاحصل على Outlook لـ Android\n________________________________\n{OUTLOOK_AR}\n\n{OLD_AR}",
        "التطبيق يعلق.",
    ),
    (
        "رسالة أصلية",
        f"رجعوا فلوسي.\n\n-------- رسالة أصلية --------\nمن: أكمي <support@acme.example>\nالتاريخ: ٣/٦/٢٠٢٥ ١٠:١٢ ص\nإلى: sara@mail.example\nالموضوع: البطاقة\n\n{OLD_AR}",
        "رجعوا فلوسي.",
    ),
    (
        "ثندربرد",
        f"رجعوا فلوسي.\n\n-------- الرسالة الأصليَّة --------\nالموضوع: البطاقة\nالتاريخ: ٣/٦/٢٠٢٥\nمن: أكمي <support@acme.example>\nإلى: sara@mail.example\n\n{OLD_AR}",
        "رجعوا فلوسي.",
    ),
    (
        "إعادة توجيه مع تعليق",
        "ليش وصلتني هذي؟\n\n---------- الرسالة المُعاد توجيهها ---------\nمن: أكمي <news@acme.example>\nالتاريخ: الثلاثاء، ٣ يونيو ٢٠٢٥\nالموضوع: عروض\n\nخصم ٥٠٪",
        "ليش وصلتني هذي؟",
    ),
    ("زندسك", f"جربت هذا من قبل.\n\n##- يرجى كتابة ردك فوق هذا السطر -##\n\n{OLD_AR}", "جربت هذا من قبل."),
    (
        "إجابات بين الاقتباس",
        f"{GMAIL_AR}\n\n> متى دفعتم؟\n\nيوم الأحد.\n\n> بأي بطاقة؟\n\nفيزا، وتعبت من كثر ما أعيد.",
        "يوم الأحد.\n\nفيزا، وتعبت من كثر ما أعيد.",
    ),
    # In Arabic, signatures and footers
    ("آيفون", f"أسوأ تطبيق.\n\nأُرسلت من الـ iPhone\n\n{GMAIL_AR}\n\n{QUOTE_AR}", "أسوأ تطبيق."),
    ("آيفون قديم", "أسوأ تطبيق.\n\nأرسلت من iPhone الخاص بي", "أسوأ تطبيق."),
    ("من هاتفي", "أسوأ تطبيق.\n\nمُرسل من هاتفي", "أسوأ تطبيق."),
    ("جالاكسي", "أسوأ تطبيق.\n\nتم الإرسال من هاتف Samsung Galaxy الذكي", "أسوأ تطبيق."),
    (
        "بطاقة تعريف",
        "الشحنة ناقصة.\n\nمع خالص التحية والتقدير،\nأحمد علي\nمدير المشتريات - شركة النيل\nجوال: ٠٥٠١٢٣٤٥٦٧",
        "الشحنة ناقصة.",
    ),
    ("شكر يبقى", "أرجو الرد.\n\nشكرًا لكم،\nأحمد علي\nجوال: 0501234567", "أرجو الرد.\n\nشكرًا لكم،"),
    ("إخلاء مسؤولية", f"الفاتورة خاطئة.\n\nمع التحية،\nأحمد علي\nشركة النيل\n\n{LEGAL_AR}", "الفاتورة خاطئة."),
    ("إخلاء بلغتين", f"الفاتورة خاطئة.\n\n{LEGAL_AR}\n\n{LEGAL_EN}", "الفاتورة خاطئة."),
]

KEPT = [
    # Nothing here was added by software
    ("you wrote", "On Monday you wrote that my card is on its way. It is not."),
    ("you wrote, dated", 'On 3 June 2025 at 10:12 you wrote:\n"Your refund is approved."\nI still have nothing.'),
    ("agent wrote", "On 3 June 2025 at 10:12 your agent wrote:\nwe will call you\nNobody called."),
    ("he wrote, address", "On 3 June 2025 I mailed support@acme.example and he wrote:\nwait 7 days\nI waited 20."),
    ("wrote alone", "Your manager wrote: we will call you.\nNobody did."),
    ("shipment", "From: Riyadh\nTo: Jeddah\nDate: 3/6/2025\nThe parcel never arrived."),
    ("shipment with a subject", "Subject: lost parcel\nFrom: Riyadh\nTo: Jeddah\nDate: 3/6/2025\nIt never arrived."),
    ("more than", "My parcel is late.\n> 5 days and no answer"),
    ("dashes between orders", "My first parcel never came.\n--\nMy second order came broken."),
    ("dashes and a question", "Here is what I tried.\n--\nWhat else can I do?"),
    ("regards and a request", "I am waiting.\n\nRegards,\nplease call me today"),
    ("regards and an order", "I am waiting.\n\nBest regards,\nSara\nOrder 4411\nTel: 0501234567"),
    ("asked details", "Here are the details that you asked for:\n\nSara Ali\nNile Trading Company\nsara@nile.example"),
    ("number to call", "Please call me on this number\n\nThanks\n0501234567"),
    ("sent from my phone", "I could not open the form.\nSent from my phone the pictures of the damage yesterday"),
    ("sent from my iphone", "Sent from my iPhone 5 minutes ago and still no answer"),
    (
        "confidential",
        "Your e-mail says it is confidential and I am not the intended recipient: you sent me another one's statement!",
    ),
    ("original message word", "I lost the original message, can you send it again?"),
    ("reply above", "I did reply above the line as you said, and nothing happened."),
    ("diary", "12/03/2025, 10:11 - called: no answer\n13/03/2025, 11:00 - mailed: no reply\nFix this."),
    ("ruler", "Order 1: missing\n__________\nOrder 2: broken"),
    # Arabic
    ("من وإلى", "من: الرياض\nإلى: جدة\nالتاريخ: ٣/٦/٢٠٢٥\nالشحنة لم تصل."),
    ("من الموضوع", "الموضوع: تأخر شحنة\nمن: الرياض\nإلى: جدة\nالتاريخ: ٣/٦/٢٠٢٥\nلم تصل."),
    ("كتبتم", "في يوم الاثنين كتبتم أن البطاقة في الطريق ولم تصل."),
    ("كتب لي الموظف", "في ٣ يونيو ٢٠٢٥ الساعة 10:12 كتب لي الموظف:\nسنتصل بك\nولم يتصل أحد."),
    ("كتبت لكم", "في ٣ يونيو ٢٠٢٥ الساعة 10:12 كتبت لكم:\nالبطاقة لم تصل\nولم يرد أحد."),
    ("كتب دون تاريخ", "مديركم كتب: سنعوضك.\nولم تعوضوني."),
    ("التحية وطلب", "أنا في الانتظار.\n\nمع التحية،\nأرجو الرد سريعًا"),
    ("التحية واسم وطلبية", "أنا في الانتظار.\n\nمع التحية،\nأحمد علي\nرقم الطلب 4411\nجوال: 0501234567"),
    ("أرسلت من جوالي", "ما قدرت أفتح النموذج.\nأرسلت من جوالي صور الضرر أمس"),
    ("تم الإرسال من الفرع", "وين الشحنة؟\nتم الإرسال من الفرع أمس"),
    ("رسالة سرية", "وصلتني رسالة سرية ليست لي عن طريق الخطأ، وأنا لست المرسل إليه! احذفها من حسابي"),
    ("رقم للتواصل", "تواصلوا معي على الرقم التالي\n\nشكرا\n0501234567"),
    ("نظام أصلي", "ضاعت مني الرسالة الأصلية، أرسلوها من جديد."),
]
