package dev.wasl.hub.sandbox;

import java.util.List;
import java.util.Locale;

/** The sandbox's small Egypt: real names of places, invented people, goods and couriers. */
final class Atlas {

    record City(String id, String name, String arabic, String alias, String code, int sector) {}

    record District(City city, String id, String zone, String zoneArabic, String name, String arabic, String code) {}

    record Person(String arabic, String latin) {}

    record Product(String text, int price) {}

    record Hub(String id, String name, String arabic, String type) {}

    static final List<District> DISTRICTS = List.of(
            district(cairo(), 1, "Nasr City", "مدينة نصر", "7th District", "الحي السابع", "NC-07"),
            district(cairo(), 2, "Helwan", "حلوان", "Helwan", "حلوان", "MA-12"),
            district(cairo(), 3, "Heliopolis", "مصر الجديدة", "Roxy", "روكسي", "HE-03"),
            district(cairo(), 4, "New Cairo", "القاهرة الجديدة", "5th Settlement", "التجمع الخامس", "NW-05"),
            district(cairo(), 5, "Shubra", "شبرا", "Rod El Farag", "روض الفرج", "SB-02"),
            district(giza(), 6, "Dokki", "الدقي", "Mesaha", "المساحة", "DK-01"),
            district(giza(), 7, "Haram", "الهرم", "Mariouteya", "المريوطية", "HR-09"),
            district(giza(), 8, "6th of October", "السادس من أكتوبر", "1st District", "الحي الأول", "OC-01"),
            district(alexandria(), 9, "Smouha", "سموحة", "Smouha", "سموحة", "AL-04"),
            district(alexandria(), 10, "Agamy", "العجمي", "Bitash", "البيطاش", "AL-11"),
            district(
                    city(3, "Sharqia", "الشرقيه", "Sharkia", "EG-12", 3),
                    11,
                    "Belbes",
                    "بلبيس",
                    "Belbes",
                    "بلبيس",
                    "SH-02"),
            district(
                    city(4, "Dakahlia", "الدقهليه", "Dakahleya", "EG-05", 3),
                    12,
                    "Mansoura",
                    "المنصورة",
                    "Toriel",
                    "توريل",
                    "DK-08"),
            district(
                    city(5, "Gharbia", "الغربيه", "Gharbeya", "EG-06", 3),
                    13,
                    "Tanta",
                    "طنطا",
                    "Tanta",
                    "طنطا",
                    "GH-01"),
            district(
                    city(6, "Ismailia", "الاسماعيليه", "Ismailia", "EG-08", 3),
                    14,
                    "Ismailia",
                    "الاسماعيلية",
                    "El Sheikh Zayed",
                    "الشيخ زايد",
                    "IS-02"),
            district(
                    city(7, "Bani Suif", "بني سويف", "Bani Suef", "EG-13", 4),
                    15,
                    "Bani Suif",
                    "بني سويف",
                    "El Wasta",
                    "الواسطى",
                    "BS-03"),
            district(
                    city(8, "Assuit", "اسيوط", "Assiut", "EG-17", 4),
                    16,
                    "Assuit",
                    "أسيوط",
                    "Ferial",
                    "فريال",
                    "AS-01"),
            district(
                    city(9, "Aswan", "اسوان", "Aswan", "EG-21", 5),
                    17,
                    "Aswan",
                    "أسوان",
                    "Kom Ombo",
                    "كوم أمبو",
                    "AW-02"),
            district(
                    city(10, "Matrouh", "مرسى مطروح", "Matrouh", "EG-22", 5),
                    18,
                    "Matrouh",
                    "مطروح",
                    "El Alamein",
                    "العلمين",
                    "MT-01"));

    static final List<City> CITIES =
            DISTRICTS.stream().map(District::city).distinct().toList();

    static final List<Person> FIRST_NAMES = List.of(
            new Person("أحمد", "Ahmed"),
            new Person("محمد", "Mohamed"),
            new Person("محمود", "Mahmoud"),
            new Person("مصطفى", "Mostafa"),
            new Person("يوسف", "Youssef"),
            new Person("كريم", "Karim"),
            new Person("عمر", "Omar"),
            new Person("خالد", "Khaled"),
            new Person("طارق", "Tarek"),
            new Person("حسام", "Hossam"),
            new Person("إبراهيم", "Ibrahim"),
            new Person("عبد الرحمن", "Abdelrahman"),
            new Person("مينا", "Mina"),
            new Person("جرجس", "Girgis"),
            new Person("فاطمة", "Fatma"),
            new Person("مريم", "Mariam"),
            new Person("نور", "Nour"),
            new Person("سارة", "Sara"),
            new Person("آية", "Aya"),
            new Person("هدى", "Hoda"),
            new Person("إيمان", "Eman"),
            new Person("دعاء", "Doaa"),
            new Person("شيماء", "Shaimaa"),
            new Person("رانيا", "Rania"));

    static final List<Person> FAMILY_NAMES = List.of(
            new Person("السيد", "Elsayed"),
            new Person("حسن", "Hassan"),
            new Person("علي", "Ali"),
            new Person("عبد الله", "Abdallah"),
            new Person("إبراهيم", "Ibrahim"),
            new Person("منصور", "Mansour"),
            new Person("الشرقاوي", "Elsharkawy"),
            new Person("فهمي", "Fahmy"),
            new Person("رمضان", "Ramadan"),
            new Person("شعبان", "Shaaban"),
            new Person("غالي", "Ghali"),
            new Person("سليمان", "Soliman"),
            new Person("البنا", "Elbanna"),
            new Person("عوض", "Awad"),
            new Person("زكي", "Zaki"),
            new Person("النجار", "Elnaggar"));

    static final List<String> STREETS = List.of(
            "شارع التحرير",
            "شارع الجمهورية، أمام المسجد الكبير",
            "ش ٢٦ يوليو",
            "شارع النصر بجوار صيدلية الشفاء",
            "طريق الكورنيش",
            "شارع الثورة",
            "حارة النخيل خلف المدرسة",
            "شارع مكرم عبيد",
            "Street 9, next to the bakery",
            "شارع الهرم الرئيسي");

    static final List<Product> PRODUCTS = List.of(
            new Product("خلاط ١٢٠٠ وات (5025)", 750),
            new Product("Blender 1200W (5025)", 750),
            new Product("كبة كهربائية ٨٠٠ وات (5011)", 620),
            new Product("Hand mixer 300W (5033)", 480),
            new Product("محضرة طعام 5 في 1 (5052)", 1850),
            new Product("Electric kettle 1.7L (5061)", 390),
            new Product("مكواة بخار ٢٢٠٠ وات (5070)", 690),
            new Product("Vacuum cleaner 2000W (5084)", 2450),
            new Product("قلاية هوائية ٦ لتر (5090)", 3200),
            new Product("Spare jar for blender (5029)", 180));

    static final List<Hub> HUBS = List.of(
            new Hub("wh000000000001", "Helwan Hub", "مخزن حلوان", "LAST_MILE_HUB"),
            new Hub("wh000000000002", "Nasr City Hub", "مخزن مدينة نصر", "LAST_MILE_HUB"),
            new Hub("wh000000000003", "Dokki Hub", "مخزن الدقي", "LAST_MILE_HUB"),
            new Hub("wh000000000004", "Alex Hub", "مخزن الاسكندرية", "LAST_MILE_HUB"),
            new Hub("wh000000000005", "Delta Sorting", "مركز فرز الدلتا", "SORTING_STATION_HUB"),
            new Hub("wh000000000006", "Cairo Sorting Facility", "مركز فرز القاهرة", "SORTING_HUB"));

    static final List<String> COURIERS =
            List.of("Sayed Test", "Ramy Test", "Wael Test", "Ashraf Test", "Hany Test", "Mostafa Test", "Emad Test");

    private Atlas() {}

    private static City cairo() {
        return city(1, "Cairo", "القاهره", "Cairo", "EG-01", 1);
    }

    private static City giza() {
        return city(2, "Giza", "الجيزه", "Giza", "EG-25", 1);
    }

    private static City alexandria() {
        return city(11, "Alexandria", "الاسكندريه", "Alexandria", "EG-02", 2);
    }

    private static City city(int number, String name, String arabic, String alias, String code, int sector) {
        return new City(String.format(Locale.ROOT, "cty%017d", number), name, arabic, alias, code, sector);
    }

    private static District district(
            City city, int number, String zone, String zoneArabic, String name, String arabic, String code) {
        return new District(city, String.format(Locale.ROOT, "dst%017d", number), zone, zoneArabic, name, arabic, code);
    }
}
